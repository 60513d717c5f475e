"""The stepper in a real JupyterLab: alive after a run, and when reopened without a kernel."""

import pytest

DO = "([command, options]) => { window.jupyterapp.commands.execute(command, options); }"
READY = """() => {
    const panel = window.jupyterapp?.shell.currentWidget;
    return panel?.context?.isReady && panel.sessionContext?.session?.kernel?.status === "idle";
}"""
W1_GRADIENT = [["3.000", "2.500"], ["−1.500", "−3.000"], ["3.000", "6.000"]]


def do(page, command, **options):
    """Start a command of JupyterLab without waiting for its end: a dialog would hold it up."""
    page.evaluate(DO, [command, options])


def open_notebook(page, lab, name):
    page.goto(lab.url(name))
    page.wait_for_selector(".jp-Notebook .jp-Cell")


def run_all(page):
    page.wait_for_function(READY)
    do(page, "notebook:run-all-cells")
    stepper = page.locator("[data-dlcourse='stepper']")
    stepper.wait_for()
    page.wait_for_function("document.querySelector('[data-dlcourse]').dlcourse !== undefined")
    return stepper


def state(page):
    return page.evaluate("document.querySelector('[data-dlcourse]').dlcourse.state")


def result_table(page):
    """The numbers of the table that shows the step's result."""
    return page.evaluate(
        """() => [...document.querySelector('[data-dlcourse]').shadowRoot
              .querySelectorAll('table[data-role=result] tr')]
              .map(row => [...row.querySelectorAll('td.cell')].map(cell => cell.dataset.text
                          ?? cell.textContent.trim()))
              .filter(row => row.length)"""
    )


@pytest.fixture
def notebook(lab, request):
    name = f"{request.node.name}.ipynb"
    lab.write(name)
    return name


def test_a_run_cell_is_stepped_to_the_last_gradient_by_keys(page, lab, notebook):
    open_notebook(page, lab, notebook)
    stepper = run_all(page)
    stepper.get_by_role("button", name="Next").focus()
    for _ in range(16):
        page.keyboard.press("ArrowRight")
    assert state(page)["step"] == 16
    assert result_table(page) == W1_GRADIENT
    printed = page.locator(".jp-OutputArea-output pre").last.inner_text()
    assert printed.strip() == "[[3.0, 2.5], [-1.5, -3.0], [3.0, 6.0]]"


def test_keys_in_the_stepper_do_nothing_to_the_notebook(page, lab, notebook):
    open_notebook(page, lab, notebook)
    run_all(page).get_by_role("button", name="Next").focus()
    for key in ("d", "d", "y", "m", "a", "b", "x", "Escape", "ArrowDown", "ArrowUp", "0", "0"):
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-CodeCell").count() == 2
    assert page.locator(".jp-Notebook .jp-MarkdownCell").count() == 0


def test_the_stepper_follows_the_theme_of_the_lab(page, lab, notebook):
    open_notebook(page, lab, notebook)
    run_all(page)
    themes = []
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        do(page, "apputils:change-theme", theme=theme)
        light = "true" if "Light" in theme else "false"
        page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")
        page.wait_for_timeout(300)
        themes.append(
            page.evaluate(
                """() => getComputedStyle(document.querySelector('[data-dlcourse]').shadowRoot
                        .querySelector('[data-region=frame]')).backgroundColor"""
            )
        )
    assert themes == ["rgb(255, 255, 255)", "rgb(20, 26, 36)"]


def test_a_saved_notebook_is_alive_without_a_kernel(page, lab, notebook):
    open_notebook(page, lab, notebook)
    run_all(page)
    do(page, "docmanager:save")
    page.wait_for_function("!document.querySelector('.jp-mod-dirty')")
    page.goto(lab.url("").replace("/tree/", ""))
    page.wait_for_function("window.jupyterapp?.commands.hasCommand('docmanager:open')")
    without_kernel = {"shouldStart": False, "canStart": False}
    do(page, "docmanager:open", path=notebook, kernelPreference=without_kernel)
    page.wait_for_function("document.querySelector('[data-dlcourse]')?.dlcourse !== undefined")
    page.locator("[data-dlcourse]").get_by_role("button", name="Next").focus()
    page.keyboard.press("End")
    assert result_table(page) == W1_GRADIENT
