"""The playground in a real JupyterLab: trained by the kernel, and replayed without one."""

import json
import urllib.request

import pytest

pytest.importorskip("anywidget", reason="the playground's live part needs anywidget")

HOST = "document.querySelector('[data-dlcourse=playground]')"
CELL = "from dlcourse.steppers import playground\nplayground(epochs=3)"
READY = """() => {
    const panel = window.jupyterapp?.shell.currentWidget;
    return panel?.context?.isReady && panel.sessionContext?.session?.kernel?.status === "idle";
}"""


def execute(page, command):
    page.evaluate("command => { window.jupyterapp.commands.execute(command); }", command)


def end_kernels(lab):
    address = f"{lab.address}/api/sessions"
    for session in json.load(urllib.request.urlopen(f"{address}?token=test")):
        url = f"{address}/{session['id']}?token=test"
        urllib.request.urlopen(urllib.request.Request(url, method="DELETE"))


def frames(page):
    return page.evaluate(f"{HOST}.dlcourse.state.frames.length")


def test_the_kernel_trains_and_opens_a_batch_and_without_it_the_run_is_replayed(page, lab):
    lab.write("playground.ipynb", [CELL])
    page.goto(lab.url("playground.ipynb"))
    page.wait_for_function(READY)
    execute(page, "notebook:run-all-cells")
    page.wait_for_function(f"{HOST}?.dlcourse?.state.live")
    page.get_by_role("button", name="Next").click()
    page.wait_for_function(f"{HOST}.dlcourse.state.frames.length === 5")
    page.get_by_role("button", name="Open this batch").click()
    page.wait_for_function(
        "document.querySelector('[slot=inside] [data-dlcourse=stepper]')?.dlcourse !== undefined"
    )
    execute(page, "docmanager:save")
    page.wait_for_timeout(500)
    end_kernels(lab)
    page.goto(lab.url("playground.ipynb"))
    page.wait_for_function(f"{HOST}?.dlcourse !== undefined")
    assert page.evaluate(f"{HOST}.dlcourse.state.live") is False
    assert frames(page) == 4
    said = page.evaluate(f"{HOST}.shadowRoot.querySelector('.detail').textContent")
    assert "recorded run: no kernel is connected" in said
