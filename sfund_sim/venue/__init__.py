"""The venue's rules, pure: disclosure, auctions, floors, pre-emption, settlement terms."""
