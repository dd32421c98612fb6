"""sfund_sim: when do investors leave private funds before the end, and at what price?"""
