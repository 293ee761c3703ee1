"""What a person does with a report: opens it from disk, filters, searches, sorts, reads a row, all of it without a mouse, too."""

import re
import subprocess

import pytest
from conftest import ATTACKS, BIN, HERE


@pytest.fixture
def page(open_page, folder):
    return open_page(folder / "report.html")


def count(page):
    """The number of rows that pass the filters."""
    text = page.inner_text("#count")
    found = re.match(r"[\d,]+ to [\d,]+ of ([\d,]+) rows", text)
    return int(found.group(1).replace(",", "")) if found else 0


def ids(page):
    page.wait_for_function("() => [...document.querySelectorAll('#list button.open')].every(button => button.textContent !== '…')")
    return page.eval_on_selector_all("#list button.open", "buttons => buttons.map(button => button.textContent)")


def texts(page):
    """The texts of the opened row, one for each block."""
    return page.eval_on_selector_all("dialog pre", "blocks => blocks.map(block => block.textContent)")


def cells(page, column):
    return page.eval_on_selector_all(f"#list td.c-{column}", "cells => cells.map(cell => cell.textContent)")


def escaped(character):
    """A character as the page shows it: those that act, or that nobody sees, as escapes."""
    hidden = character in "\u2028\u2029\u202e\u202c\u200b\ufeff\U000e0041"
    return f"\\x{ord(character):02x}" if character < " " else f"\\u{{{ord(character):x}}}" if hidden else character


def search(page, text):
    page.fill("#search", text)
    page.wait_for_function("text => state.text === text && (!text || state.found) && document.getElementById('progress').hidden", arg=text)


def test_all_rows_are_listed_in_the_order_of_the_file(page, results):
    assert count(page) == len(results) == 309
    assert ids(page) == [str(row["id"]) for row in results[:50]]


def test_the_summary_counts_verdicts_and_reasons(page, results):
    for verdict in ["correct", "incorrect", "unscored"]:
        rows = sum(row["verdict"] == verdict for row in results)
        cell = page.locator(f".reasons tr.verdict:has(.{verdict}) td.number").first
        assert cell.inner_text() == str(rows)
    assert "pass@1" in page.inner_text("#summary") and "cons@" in page.inner_text("#summary")


@pytest.mark.parametrize("verdict", ["correct", "incorrect", "unscored"])
def test_a_verdict_filters(page, results, verdict):
    page.click(f"#verdict button[data-value='{['correct', 'incorrect', 'unscored'].index(verdict)}']")
    expected = [row for row in results if row["verdict"] == verdict]
    assert count(page) == len(expected)
    assert set(cells(page, "verdict")) == {verdict}
    page.click("#clear")
    assert count(page) == len(results)


def test_two_verdicts_show_the_rows_of_both(page, results):
    page.click("#verdict button >> nth=0")
    page.click("#verdict button >> nth=2")
    assert count(page) == sum(row["verdict"] != "incorrect" for row in results)


def test_every_reason_filters(page, results):
    names = page.eval_on_selector_all("#reason option", "options => options.map(option => [option.value, option.textContent])")
    assert len(names) > 4
    for value, label in names[1:]:
        page.select_option("#reason", value)
        reason, shown = re.match(r"(\w+) \((\d+)\)$", label).groups()
        assert count(page) == int(shown) == sum(row["reason"] == reason for row in results)


def test_every_source_filters(page, results):
    values = page.eval_on_selector_all("#source option", "options => options.map(option => option.value)")
    assert len(values) == 1 + 3 + len(ATTACKS) + 1
    found = {}
    for value in values[1:]:
        page.select_option("#source", value)
        name = page.evaluate("value => names.sources[value]", int(value))
        found[name] = count(page)
    rows = [row.get("source", "rows.jsonl") for row in results]
    assert found == {name: rows.count(name) for name in set(rows)}


def test_filters_combine_and_their_counts_follow(page, results):
    page.click("#verdict button >> nth=1")
    value = page.evaluate("names.sources.indexOf('algebra')")
    page.select_option("#source", str(value))
    expected = [row for row in results if row["verdict"] == "incorrect" and row.get("source") == "algebra"]
    assert count(page) == len(expected) > 0
    labels = page.eval_on_selector_all("#reason option", "options => options.map(option => option.textContent)")
    shown = dict(re.match(r"(\w+) \((\d+)\)$", label).groups() for label in labels[1:])
    assert int(shown["different"]) == sum(row["reason"] == "different" for row in expected)


def test_a_number_in_the_summary_opens_its_rows(page, results):
    page.click(".reasons button:has-text('gold_unparsable')")
    assert count(page) == sum(row["reason"] == "gold_unparsable" for row in results) > 0
    assert page.evaluate("document.activeElement.className") == "open"


def test_search_finds_text_in_prompts_completions_answers_and_ids(page, results):
    for text in ["do not KNOW", "what is 17 plus", "\\frac{", "q3/2", "<img src=x", '"`&amp;', "\u202e"]:
        search(page, text)
        wanted = text.lower()
        places = ["id", "prompt", "completion", "answer", "extracted"]
        expected = [row for row in results if any(wanted in str(row.get(place) or "").lower() for place in places)]
        assert count(page) == len(expected) > 0, text
        assert ids(page)[0].startswith(str(expected[0]["id"])[:6])
    search(page, "nowhere to be found")
    assert count(page) == 0 and page.inner_text("#count") == "No row passes the filters."
    search(page, "")
    assert count(page) == len(results)


def test_search_and_filters_combine(page, results):
    search(page, "plus 1")
    page.click("#verdict button >> nth=0")
    assert count(page) == sum(row["verdict"] == "correct" and "plus 1" in row.get("prompt", "") for row in results)


@pytest.mark.parametrize("key", ["length", "work", "reward"])
def test_rows_are_sorted(page, key):
    def numbers():
        shown = [cell.replace(",", "").replace("−", "-") for cell in cells(page, key)]
        return [float(cell) for cell in shown if cell != "–"]

    page.select_option("#sort", key)
    assert numbers() == sorted(numbers())
    page.click("#direction")
    assert numbers() == sorted(numbers(), reverse=True)
    assert page.get_attribute("#direction", "aria-pressed") == "true"


def test_pages_of_fifty(page, results):
    first = ids(page)
    assert len(first) == 50 and page.is_disabled("#previous")
    page.click("#next")
    assert page.inner_text("#page") == "page 2 of 7" and ids(page) == [str(row["id"]) for row in results[50:100]]
    for _ in range(5):
        page.click("#next")
    assert len(ids(page)) == 9 and page.is_disabled("#next")


def test_a_row_shows_its_texts_its_judgement_and_the_answer_marked(page):
    page.click("#list button.open >> nth=5")
    page.wait_for_selector("dialog[open]")
    assert "Row q1/1" in page.inner_text("dialog header")
    shown = texts(page)
    assert shown[0] == "What is 1 plus 1? Take your time." and shown[1].endswith("So it is \\boxed{3}.")
    assert page.inner_text("dialog mark") == "3"
    judged = page.inner_text("dialog .judged")
    assert "different" in judged and "The answer is not equal to the reference." in judged and "level" in judged
    page.click("#close")
    assert not page.locator("dialog[open]").count()


def test_a_long_completion_is_cut_and_says_what_is_missing_and_where(page):
    search(page, "long")
    page.click("#list button.open >> nth=0")
    cuts = page.locator("dialog .cut").all_inner_texts()
    assert len(cuts) == 2 and all(re.match(r"[\d,]+ characters are left out here; the whole text: rows.jsonl:308$", cut) for cut in cuts)
    assert page.inner_text("dialog mark") == "77"
    left = sum(int(cut.split(" ")[0].replace(",", "")) for cut in cuts)
    kept = page.evaluate("[...document.querySelectorAll('dialog .texts pre')].at(-1).textContent.length") - sum(map(len, cuts))
    assert left + kept == 9000 + len("\\boxed{77}") + 9000


def test_the_samples_of_a_prompt_can_be_shown(page):
    page.click("#list button.open >> nth=4")
    page.click("dialog button:has-text('show them')")
    assert count(page) == 2 and ids(page) == ["q1/0", "q1/2"]
    page.click("#group")
    assert count(page) == 309


def test_hostile_texts_are_shown_and_never_executed(page):
    search(page, "attack")
    assert count(page) == len(ATTACKS)
    page.click("#list button.open >> nth=0")
    for number, attack in enumerate(ATTACKS):
        page.wait_for_function(f"() => document.querySelector('dialog h2').textContent.startsWith('Row attack {number} ')")
        shown = texts(page)
        assert len(shown) == 2, attack
        assert f" \\boxed{{{number}}} " in shown[1]
        assert shown[0] == "".join(escaped(character) for character in attack)
        page.keyboard.press("j")
    assert page.evaluate("document.querySelectorAll('dialog img, dialog svg, dialog script, #list img').length") == 0


def test_characters_that_act_are_shown_as_escapes(page):
    search(page, "gnp.exe")
    page.click("#list button.open >> nth=0")
    assert "right to left \\u{202e}gnp.exe\\u{202c}, zero\\u{200b}width, \\u{feff}, \\u{e0041} tag" in texts(page)[0]
    assert page.locator("dialog .hid").first.get_attribute("title") == "U+202E"
    page.keyboard.press("Escape")
    search(page, "escape\u001b")
    page.click("#list button.open >> nth=0")
    assert texts(page)[0] == "line\\u{2028}paragraph\\u{2029} nul\\x00 escape\\x1b[2J"


def test_a_line_that_is_not_a_row_is_listed_with_its_text(page):
    search(page, "309")
    page.click("#list button.open >> nth=0")
    page.wait_for_selector("dialog[open]")
    assert "bad_row" in page.inner_text("dialog .judged")
    assert "this line is not a row </script>" in texts(page)


def test_everything_works_from_the_keyboard(page, results):
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "q0/0"
    for key in ["j", "ArrowDown", "j", "k", "ArrowUp", "j"]:
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == "q0/2"
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert page.evaluate("document.activeElement.id") == "title"
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('dialog h2').textContent === 'Row q0/3'")
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('dialog h2').textContent === 'Row q0/2'")
    page.keyboard.press("Escape")
    assert not page.locator("dialog[open]").count() and page.evaluate("document.activeElement.textContent") == "q0/2"
    page.keyboard.press("]")
    assert page.inner_text("#page") == "page 2 of 7" and page.evaluate("document.activeElement.textContent") == results[50]["id"]
    page.keyboard.press("[")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("do not know")
    page.wait_for_function("() => state.text === 'do not know' && document.getElementById('progress').hidden")
    page.keyboard.press("Escape")
    page.wait_for_function("() => state.text === ''")
    assert count(page) == len(results)


def test_moving_past_the_end_of_a_page_turns_it(page):
    page.keyboard.press("j")
    page.keyboard.press("End")
    page.keyboard.press("j")
    assert page.inner_text("#page") == "page 2 of 7"
    page.keyboard.press("k")
    assert page.inner_text("#page") == "page 1 of 7"
    assert page.evaluate("openers().indexOf(document.activeElement)") == 49


def test_the_list_is_one_stop_of_the_tab_key(page):
    stops = page.eval_on_selector_all("#list button.open", "buttons => buttons.filter(button => button.tabIndex === 0).length")
    assert stops == 1
    page.focus("#reason")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('open')")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_controls_have_names(page):
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, input, select')].filter(e => e.checkVisibility() && !e.textContent.trim() && !(e.labels && e.labels.length)).length"
    )
    assert nameless == 0


def test_a_link_opens_a_row(open_page, folder):
    page = open_page(folder / "report.html", "#rows.jsonl:3")
    page.wait_for_selector("dialog[open]")
    assert page.inner_text("dialog h2") == "Row q0/2"


def test_a_broken_link_opens_the_report(open_page, folder):
    page = open_page(folder / "report.html", "#%E0%A4%A")
    assert count(page) == 309 and not page.locator("dialog[open]").count()


def test_rows_are_not_skipped_or_mixed_up_by_fast_keys(page):
    page.click("#list button.open >> nth=0")
    page.wait_for_selector("dialog[open]")
    page.evaluate("() => { for (let nth = 0; nth < 7; nth++) moveRow(1); moveRow(-1); }")
    page.wait_for_function("() => document.querySelector('dialog h2').textContent === 'Row q1/2'")
    page.wait_for_timeout(200)
    assert page.inner_text("dialog h2") == "Row q1/2"


def test_dark_and_light_follow_the_system_and_the_switch(open_page, folder):
    paper = "getComputedStyle(document.body).backgroundColor"
    light, dark = "rgb(255, 255, 255)", "rgb(20, 23, 27)"
    page = open_page(folder / "report.html", color_scheme="dark")
    assert page.evaluate(paper) == dark
    page.click("#theme")
    assert page.evaluate(paper) == light
    page.click("#theme")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(paper) == dark
    page.click("#theme")
    assert page.evaluate(paper) == light


def test_the_list_fits_a_laptop(open_page, folder, comparison):
    for report in [folder / "report.html", comparison]:
        page = open_page(report)
        ids(page)
        assert page.evaluate("list.parentElement.scrollWidth") <= page.evaluate("list.parentElement.clientWidth")


def test_nothing_is_wider_than_a_phone(open_page, folder, comparison):
    for report in [folder / "report.html", comparison]:
        page = open_page(report, viewport={"width": 375, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        page.click("#list button.open >> nth=0")
        page.wait_for_selector("dialog[open]")
        assert page.evaluate("document.querySelector('dialog').scrollWidth") <= 375


def test_paper_has_the_report_without_its_controls(page):
    page.emulate_media(media="print")
    assert not page.is_visible("nav") and not page.is_visible("#filters") and page.is_visible("#summary") and page.is_visible("#list")


def test_a_page_without_scripts_shows_all_but_the_rows(browser, folder):
    tab = browser.new_context(java_script_enabled=False).new_page()
    tab.goto((folder / "report.html").as_uri())
    assert "Verdicts and reasons" in tab.inner_text("#summary") and "need JavaScript" in tab.inner_text("#rows")
    tab.context.close()


def test_an_old_browser_is_told_so(browser, folder):
    context = browser.new_context()
    context.add_init_script("delete window.DecompressionStream")
    tab = context.new_page()
    tab.goto((folder / "report.html").as_uri())
    tab.wait_for_selector("#failure:visible")
    assert "too old" in tab.inner_text("#failure")
    context.close()


def test_a_file_that_is_cut_off_says_so(browser, folder, tmp_path):
    html = (folder / "report.html").read_text()
    packed = html.index("id=block0>")
    (tmp_path / "cut.html").write_text(html[: packed - 400] + html[packed - 300 :])
    tab = browser.new_page()
    tab.goto((tmp_path / "cut.html").as_uri())
    tab.wait_for_selector("#failure:visible")
    assert "write the report again" in tab.inner_text("#failure")
    tab.close()


def test_a_cell_of_the_confusion_table_opens_its_rows(open_page, comparison):
    page = open_page(comparison)
    for button in page.locator(".confusion button.filter").all():
        button.click()
        assert count(page) == int(button.inner_text())
    pairs = page.locator("#pairs table >> nth=1 >> button.filter").all()
    assert pairs
    for button in pairs:
        button.click()
        assert count(page) == int(button.inner_text())
    page.click("#clear")
    page.click("#differs")
    assert count(page) == sum(int(button.inner_text()) for button in pairs)
    page.click("#list button.open >> nth=0")
    page.wait_for_selector("dialog[open]")
    assert page.locator("dialog .side").count() == 2
    titles = page.locator("dialog .side > h3:first-child").all_inner_texts()
    assert titles == ["strict", "lenient"]


def test_an_example_of_a_finding_opens_its_row(open_page, comparison):
    page = open_page(comparison)
    page.click(".finding summary")
    button = page.locator(".finding button.open").first
    place = button.inner_text()
    button.click()
    page.wait_for_selector("dialog[open]")
    assert place in page.inner_text("dialog header")


def test_a_chart_has_its_numbers_as_a_table(page):
    charts = page.locator("#charts figure").all()
    assert len(charts) == 3
    for chart in charts:
        chart.locator("summary").click()
        numbers = [int(cell.replace(",", "")) for cell in chart.locator("tbody td").all_inner_texts()]
        assert sum(numbers) > 50


def test_the_components_of_a_reward_are_listed(open_page, tmp_path):
    examples = HERE / "examples"
    rows = examples / "responses.jsonl"
    for command in [
        ["score", rows, "--rewards", examples / "rewards.toml", "-o", "results.jsonl", "--quiet"],
        ["report", rows, "--results", "results.jsonl", "-o", "report.html", "--quiet"],
    ]:
        subprocess.run([BIN / "verify", *command], cwd=tmp_path, check=True)
    page = open_page(tmp_path / "report.html")
    page.click("#list button.open >> nth=0")
    page.wait_for_selector("dialog[open]")
    parts = page.locator("dialog .components li").all_inner_texts()
    assert [part.split()[0] for part in parts] == ["math", "format"]
    assert "The answer equals the reference." in parts[0]
