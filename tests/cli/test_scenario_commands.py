"""``sfund new``, ``validate``, ``schema`` and ``explain`` as their users meet them."""

from __future__ import annotations

import csv
import json
import re
import shlex

import pytest

from sfund_sim.cli import main
from sfund_sim.scenario.cut_short import files_cut_short
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.reading import parse_text
from sfund_sim.scenario.shipped import shipped_folder, shipped_names, shipped_path


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SFUND_LANG", raising=False)


@pytest.mark.parametrize(("lang", "word"), [("en", "A scenario of sfund_sim"), ("zh", "情景文件")])
def test_new_writes_a_commented_scenario_that_is_correct(lang, word, tmp_path, capsys):
    assert main(["new", "试 验-2.yaml", "--lang", lang]) == 0
    text = (tmp_path / "试 验-2.yaml").read_text(encoding="utf-8")
    assert word in text
    assert main(["validate", "试 验-2.yaml"]) == 0
    assert load_scenario("试 验-2.yaml").scenario.name == "my_2"
    assert "试 验-2.yaml" in capsys.readouterr().out


def test_what_the_new_scenario_shows_in_comments_is_correct_too(tmp_path):
    assert main(["new", "mine.yaml"]) == 0
    text = (tmp_path / "mine.yaml").read_text()
    shown = re.sub(r"^# (?=(state_assets|  exempt|horizon|policy|  - on|    ))", "", text, flags=re.M)
    (tmp_path / "mine.yaml").write_text(shown)
    loaded = load_scenario("mine.yaml")
    assert loaded.scenario.state_assets.exempt_at_venue_share == 0.5
    assert files_cut_short(loaded) == ()
    pilot = load_scenario("beijing_pilot").scenario.policy
    assert loaded.scenario.policy[:-1] == pilot


def test_new_never_overwrites_unless_forced(tmp_path, capsys):
    (tmp_path / "mine.yaml").write_text("precious")
    assert main(["new", "mine.yaml"]) == 1
    assert (tmp_path / "mine.yaml").read_text() == "precious"
    assert capsys.readouterr().err == "sfund: mine.yaml: already there; choose another name, or add --force\n"
    assert main(["new", "mine.yaml", "--force"]) == 0
    assert (tmp_path / "mine.yaml").read_text() != "precious"


@pytest.mark.parametrize("name", shipped_names())
def test_new_copies_a_shipped_scenario_that_works_on_its_own(name, tmp_path):
    assert main(["new", "--from", name]) == 0
    copied = tmp_path / f"my_{name.rpartition('/')[2]}.yaml"
    assert copied.read_bytes() == shipped_path(name).read_bytes()
    assert load_scenario(copied).scenario == load_scenario(name).scenario


def test_a_copy_leaves_the_name_of_what_it_copies_to_the_shipped_scenario(tmp_path, capsys):
    """Under the same name, ``sfund run beijing_pilot`` would not be what has been changed."""
    assert main(["new", "--from", "shipped:beijing_pilot"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["my_beijing_pilot.yaml"]
    assert main(["new", "beijing_pilot.yaml", "--from", "beijing_pilot"]) == 0
    assert main(["validate", "beijing_pilot"]) == 0
    with (tmp_path / "beijing_pilot.yaml").open("a") as file:
        file.write("seed: 5\n")
    capsys.readouterr()
    assert main(["run", "beijing_pilot", "--lang", "zh"]) == 2
    told = capsys.readouterr().err
    assert "./beijing_pilot.yaml" in told
    assert "shipped:beijing_pilot" in told
    assert told.count("\n") == 1


def test_whatever_is_shipped_has_a_name_that_leads_to_it():
    files = {path.resolve() for path in shipped_folder().rglob("*.yaml")}
    assert {shipped_path(name).resolve() for name in shipped_names()} == files
    assert "questions/r01_venue" in shipped_names()
    assert shipped_path("r01_venue") is None
    assert shipped_path("../scenarios/beijing_pilot") is None


def test_new_lists_the_shipped_scenarios_with_their_titles(capsys):
    assert main(["new", "--list", "--lang", "zh"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in shipped_names())
    assert load_scenario("beijing_pilot").scenario.title.zh in printed


def test_new_from_a_name_that_is_not_shipped_says_which_are(capsys):
    assert main(["new", "--from", "shanghai"]) == 2
    assert capsys.readouterr().err.startswith(
        "--from shanghai: no shipped scenario has this name; allowed: base_china,"
    )


def test_new_where_nothing_can_be_written_is_one_line(capsys):
    assert main(["new", "no/such/folder/mine.yaml"]) == 1
    assert capsys.readouterr().err.startswith("sfund: no/such/folder/mine.yaml: cannot be written (there is no such")


def test_validate_reports_every_mistake_of_every_file_and_writes_nothing(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text("extends: beijing_pilot\nseeed: 1\nreplications: ten\n")
    (tmp_path / "b.yaml").write_text("extends: beijing_pilot\nhorizon：{start: 2030-01-01}\n", encoding="utf-8")
    assert main(["validate", "a.yaml", "beijing_pilot", "b.yaml"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "beijing_pilot: correct (beijing_pilot)\n"
    places = [":".join(line.split(":")[:2]) for line in printed.err.splitlines()]
    assert places == ["a.yaml:2", "a.yaml:3", "b.yaml:2", "b.yaml:2"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]


def test_validate_speaks_chinese(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text("extends: beijing_pilot\nseeed: 1\n")
    assert main(["validate", "a.yaml", "--lang", "zh"]) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("a.yaml:2:1: seeed：未知的键“seeed”；可用：")
    assert printed.endswith("是否想写“seed”？\n")


CHANGES = """  - name: mine
    on: 2024-01-01
    because: my change
    set: {venues.beijing.disclosure.days: 30}
"""


@pytest.mark.parametrize(
    ("key", "lang", "told"),
    [
        ("policy", "en", "note: 'policy' leaves out 10 dated changes of the base (csrc_approval, business_rules, "),
        ("policy", "zh", "注意：policy 替换了上级文件中的 10 项变更（csrc_approval、"),
        ("policy_added", "en", ""),
    ],
)
def test_validate_says_when_the_timeline_of_the_base_is_lost(key, lang, told, tmp_path, capsys):
    """Without the base's approval the venue never opens: whoever meant to add a change must hear of it."""
    (tmp_path / "mine.yaml").write_text(f"extends: beijing_pilot\nname: mine\n{key}:\n{CHANGES}")
    assert main(["validate", "mine.yaml", "--lang", lang]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert "(mine)" in first or "（mine）" in first
    assert len(rest) == bool(told)
    assert told in "".join(rest)
    assert load_scenario("mine.yaml").scenario.policy[-1].name == "mine"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: x\nseed: 1", r"1:1: 15 keys are missing \(ipo_window, partnership, state_assets, \.\.\.\); lay the "
         "file over a scenario that has them, for example extends: beijing_pilot"),
        ("extend: beijing_pilot\nname: x", r"1:1: extend: unknown key 'extend'; .*did you mean 'extends'\?"),
        ("extends: beijing_pilot\nvariant: {}", r"2:1: variant: .*did you mean 'variants'\?"),
        ("extends: beijing_pilot\nname: 北京", "2:7: name: '北京' cannot be a name here; write lower-case letters, "
         "digits and underscores, a letter first, 60 at most"),
        ("extends: beijing_pilot\nagreement: {negotiation_days: 1e9}", "2:31: agreement.negotiation_days: '1e9' is "
         "not a whole number; allowed: 0 to 3650"),
        ("extends: beijing_pilot\nvenues: {beijing: {<<: {open: true}}}", "2:20: venues.beijing.<<: unknown key '<<'; "
         "allowed: [^;]*"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_line_with_advice_that_can_be_followed(text, told, tmp_path, capsys):
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    assert main(["validate", "bad.yaml"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert re.fullmatch(f"bad.yaml:{told}", lines[0])


@pytest.mark.parametrize("version", ["true", "1.0", "'1'", "2", "x", "[1]"])
def test_the_version_of_the_form_is_the_number_itself(version, tmp_path, capsys):
    file = tmp_path / "a.yaml"
    file.write_text(f"extends: beijing_pilot\nname: a\nschema_version: {version}\n")
    assert main(["validate", str(file)]) == 2
    assert "write schema_version: 1, a whole number without quotes" in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "told"), [("en", "... and 4,950 more mistakes"), ("zh", "……另有 4,950 处错误")])
def test_thousands_of_mistakes_are_counted_not_listed(lang, told, tmp_path, capsys):
    file = tmp_path / "a.yaml"
    keys = "".join(f"k{number}: 1\n" for number in range(5_000))
    file.write_text(f"extends: beijing_pilot\nname: a\nschema_version: 1\n{keys}")
    assert main(["validate", str(file), "--lang", lang]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert (len(lines), lines[-1]) == (51, told)


def test_validate_takes_values_to_set(capsys):
    assert main(["validate", "beijing_pilot", "--set", "seed=5", "--set", "population.funds.cout=3"]) == 2
    assert "did you mean 'count'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        b"", b"\x00\x01", b"a: [", b"a: 1\na: 2", "seed：5".encode(), "种子: 5".encode("gbk"), b"a: " + b"x" * 10**6,
        b"&a [" + b"*a," * 1000 + b"]", b"[" * 100_000, b"extends: a.yaml", b"extends: [1]", b"- 1", b"\xff\xfe",
        b"x: !!python/none", b"horizon: {start: 2021-02-30}", b"seed: 1e999", b"a: *nowhere",
        b"extends: beijing_pilot\nseed: 20 days",
    ],
)  # fmt: skip
def test_bad_files_end_with_code_2_and_lines_of_complaint(text, tmp_path, capsys):
    (tmp_path / "a.yaml").write_bytes(text)
    assert main(["validate", "a.yaml"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err
    complaint = r"a\.yaml(:\d+:\d+)?: \S|\.\.\. and \d+ more mistakes"
    assert all(re.match(complaint, line) for line in printed.err.splitlines())


def test_missing_files_and_folders_end_with_code_2(tmp_path, capsys):
    (tmp_path / "folder").mkdir()
    assert main(["validate", "nowhere.yaml", "folder"]) == 2
    printed = capsys.readouterr().err.splitlines()
    assert printed[0].startswith("nowhere.yaml: there is no such file")
    assert printed[1].startswith("folder: is a folder")


def test_schema_is_json_in_the_terminal_or_a_file(tmp_path, capsys):
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["properties"]["extends"]
    assert main(["schema", "--out", "s.json"]) == 0
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["$defs"]


def test_explain_shows_each_dated_change_with_the_old_and_the_new_value(capsys):
    assert main(["explain", "beijing_pilot"]) == 0
    printed = capsys.readouterr().out
    scenario = load_scenario("beijing_pilot").scenario
    for change in scenario.policy:
        assert f"\n{change.on}" in printed
        assert change.because in printed
        assert change.source in printed
    assert "  venues.beijing.open: false -> true" in printed
    assert "  ipo_window.state: open -> tight" in printed


def test_explain_says_which_changes_do_nothing_within_the_horizon(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text(
        "extends: beijing_pilot\nhorizon: {start: 2021-01-01, end: 2022-01-01}\npolicy:\n"
        "  - {on: 2020-12-10, because: early, set: {venues.beijing.open: true}}\n"
        "  - {on: 2025-12-10, because: late, set: {venues.beijing.auction: first_price}}\n"
    )
    assert main(["explain", "a.yaml", "--lang", "zh"]) == 0
    printed = capsys.readouterr().out
    assert "首日即已生效" in printed
    assert "  （晚于模拟期结束日 2022-01-01，不起作用）" in printed
    assert "\n  原因：" in printed
    assert "-> {kind: first_price" in printed


def test_explain_without_dated_changes_says_so(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text("extends: beijing_pilot\npolicy: []\n")
    assert main(["explain", "a.yaml"]) == 0
    assert "No dated changes: one rule book from 2018-01-01 to 2027-12-31." in capsys.readouterr().out


def test_explain_lists_parameters_with_their_sources(capsys):
    assert main(["explain", "beijing_pilot", "--sources", "--set", "economy.market_volatility=0.3"]) == 0
    rows = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line and not line.startswith(" ")}
    assert rows["partnership.partner_cap"].split()[1:3] == ["50", "sourced"]
    assert rows["economy.market_volatility"].split()[1] == "0.3"
    assert "--set" in rows["economy.market_volatility"]


def test_explain_filters_by_status_and_writes_a_table_that_excel_opens(tmp_path, capsys):
    assert main(["explain", "--status", "sourced", "--csv", "s.csv", "beijing_pilot"]) == 0
    data = (tmp_path / "s.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert {row["status"] for row in rows} == {"sourced"}
    assert {"path", "value", "unit", "status", "source", "file", "line", "meaning"} <= rows[0].keys()
    assert capsys.readouterr().out == f"wrote s.csv ({len(rows)} parameters)\n"


def test_a_spreadsheet_takes_no_words_of_a_source_for_a_formula(tmp_path):
    text = """
extends: beijing_pilot
schema_version: 1
name: mine
economy:
  market_volatility: {value: 0.2, source: "=1+2", note: "@me"}
  market_expected_return: {value: -0.02, source: "-"}
"""
    (tmp_path / "mine.yaml").write_text(text)
    assert main(["explain", "mine.yaml", "--csv", "s.csv", "--set", "replications=3"]) == 0
    cells = [list(row.values()) for row in csv.DictReader((tmp_path / "s.csv").read_text("utf-8-sig").splitlines())]
    formulas = {cell for row in cells for cell in row if cell[:1] in ("=", "+", "-", "@")}
    assert "-0.02" in formulas
    assert all(re.fullmatch(r"-[\d.]+", cell) for cell in formulas), "only numbers stay as they are"
    assert {"'=1+2", "'@me", "'-"} <= {cell for row in cells for cell in row}


def test_a_list_of_sources_may_be_read_in_chinese(capsys):
    assert main(["explain", "beijing_pilot", "--sources", "--status", "assumption", "--lang", "zh"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("参数")
    assert re.search(r"共 \d+ 个：假设 \d+\n$", printed)


def test_the_draft_has_no_full_width_punctuation_where_yaml_needs_half_width():
    from sfund_sim.cli.drafts import draft
    from sfund_sim.cli.options import Lang

    for lang in Lang:
        assert parse_text(draft("a.yaml", lang), "a.yaml").problems == []


def test_validate_knows_the_outcomes_that_an_experiment_may_measure(tmp_path, capfd):
    text = "extends: beijing_pilot\nexperiment:\n  levers: {population.wish_scale: [1, 2]}\n  outcomes: [%s]\n"
    (tmp_path / "a.yaml").write_text(text % "share_sold, share_solt")
    for command in (["validate", "a.yaml", "beijing_pilot"], ["sweep", "a.yaml"]):
        assert main(command) == 2
        (complaint,) = capfd.readouterr().err.splitlines()
        assert complaint == "a.yaml:4:26: there is no outcome 'share_solt'; did you mean 'share_sold'?"
    assert main(["validate", "a.yaml", "--lang", "zh"]) == 2
    assert "没有名为“share_solt”的指标" in capfd.readouterr().err
    (tmp_path / "a.yaml").write_text(text % "share_sold")
    assert main(["validate", "a.yaml"]) == 0


EVERY_MISTAKE = """\
extends: beijing_pilot
replications: ten
experiment:
  levers:
    venues.beijing.disclosure.dayz: [5, 10]
    venues.beijing.disclosure.days: [5, 5000, 5]
    seed: [1, 2]
    venues.beijing.fees: []
  packages:
    both: {one: {population.wish_scalle: 2}}
  uncertainties:
    population.funds.count: {low: 10, high: 5}
    population.buyerz: {low: 1, high: 2}
    population.wish_scale: {low: 1}
  design: sobol
  points: 3
  outcomes: [share_solt, median_exit_days]
  group_by: [al]
  foo: 3
"""


@pytest.mark.parametrize("command", ["validate", "sweep"])
def test_all_mistakes_of_an_experiment_are_told_together(command, tmp_path, capfd):
    (tmp_path / "a.yaml").write_text(EVERY_MISTAKE)
    assert main([command, "a.yaml"]) == 2
    told = [re.match(r"a\.yaml:(\d+):\d+: ", line) for line in capfd.readouterr().err.splitlines()]
    assert [int(line[1]) for line in told] == [2, 5, 6, 6, 7, 8, 10, 12, 13, 14, 16, 17, 17, 18, 19]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_draft_s_own_commands_can_be_typed_when_its_folder_has_a_space(tmp_path, language, capfd):
    file = tmp_path / "my work" / "mine.yaml"
    file.parent.mkdir()
    assert main(["new", str(file), "--lang", language]) == 0
    first = file.read_text("utf-8").splitlines()[0]
    words = shlex.split(re.search(r"sfund validate (.*?)\s{3}", first)[1])
    assert words == [str(file)]
    assert main(["validate", *words]) == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_list_of_shipped_scenarios_gives_each_its_own_title(language, capfd):
    assert main(["new", "--list", "--lang", language]) == 0
    told = dict(line.split("  ", 1) for line in capfd.readouterr().out.splitlines())
    titles = {
        name: getattr(load_scenario(name).scenario.title, language)
        for name in ("before_pilot", "questions/r05_extension")
    }
    listed = {name.strip(): title.strip() for name, title in told.items()}
    assert set(listed) == set(shipped_names())
    assert titles.items() <= listed.items()
    assert len(set(listed.values())) == len(listed)


def test_a_file_of_sources_may_be_read_in_chinese(tmp_path, capsys):
    assert main(["explain", "beijing_pilot", "--csv", "s.csv", "--lang", "zh"]) == 0
    rows = {row["参数"]: row for row in csv.DictReader((tmp_path / "s.csv").read_text("utf-8-sig").splitlines())}
    assert list(rows["partnership.partner_cap"]) == [
        "参数", "含义", "取值", "单位", "状态", "来源", "备注", "文件", "行号"
    ]  # fmt: skip
    invited = rows["venues.beijing.disclosure.invited"]
    assert (invited["含义"], invited["状态"]) == ("定向披露的受邀投资者数", "假设")
    assert rows["agreement.cost_cny"]["单位"] == "元"
    assert len(rows) > 600


def test_validate_tells_which_values_a_later_change_sets_again(tmp_path, capsys):
    (tmp_path / "mine.yaml").write_text(
        "extends: beijing_pilot\nschema_version: 1\nname: mine\nstate_assets: {exempt_share: 0.9}\n"
        "variants: {shut: {ipo_window.state: shut}}\n"
        "experiment: {levers: {state_assets.approval_probability: [0.1, 0.4]}, outcomes: [share_sold]}\n"
    )
    assert main(["validate", "mine.yaml", "--set", "fundraising.state_pace=3"]) == 0
    first, *notes = capsys.readouterr().out.splitlines()
    assert first == "mine.yaml: correct (mine)"
    assert [note.split(": the value")[0] for note in notes] == [
        "  note: state_assets.exempt_share",
        "  note: fundraising.state_pace",
        "  note: state_assets.approval_probability",
        "  note: in mine_shut: ipo_window.state",
    ]
    assert main(["validate", "mine.yaml", "--lang", "zh"]) == 0
    printed = capsys.readouterr().out
    assert "  注意：state_assets.exempt_share：所设取值仅在 2022-04-15 之前有效" in printed
    assert "the value" not in printed


def test_validate_knows_outcomes_that_have_none_of_the_groupings_asked_for(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    text = "extends: beijing_pilot\nexperiment:\n  levers: {population.wish_scale: [1, 2]}\n  group_by: [%s]\n%s"
    listed = "  outcomes: [sales_count, share_sold, hit_rate]\n"
    (tmp_path / "a.yaml").write_text(text % ("ending, buyer_kind", listed))
    for command in (["validate", "a.yaml"], ["sweep", "a.yaml"]):
        assert main(command) == 2
        one, two = capfd.readouterr().err.splitlines()
        asked = "has none of the groupings asked for (ending, buyer_kind); it has: all, lp_kind, is_state"
        assert one.startswith(f"a.yaml:5:27: 'share_sold' {asked}")
        assert two.startswith(f"a.yaml:5:39: 'hit_rate' {asked}")
    assert main(["validate", "a.yaml", "--lang", "zh"]) == 2
    assert "“hit_rate”没有所要求的分组（ending、buyer_kind）；可用：all、" in capfd.readouterr().err
    (tmp_path / "a.yaml").write_text(text % ("strategy", ""))
    assert main(["validate", "a.yaml"]) == 2
    assert "a.yaml:4:13: none of the usual outcomes has these groupings" in capfd.readouterr().err
    for groups in ("ending", "endin"):
        (tmp_path / "a.yaml").write_text(text % (groups, "" if groups == "ending" else listed))
        assert main(["validate", "a.yaml"]) == (0 if groups == "ending" else 2)
        assert "has none of the groupings" not in capfd.readouterr().err
