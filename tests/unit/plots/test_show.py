"""What a shown figure gives to eyes, to ears and to the stored notebook."""

import base64
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse import plots
from dlcourse.plots import figure as figure_module

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr(
        figure_module, "display", lambda bundle, raw: bundles.append(bundle) if raw else None
    )
    yield bundles
    plt.close("all")


def image_of(bundle):
    """The attributes of the only element of a shown figure."""
    elements = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: elements.append((tag, dict(attributes)))
    parser.feed(bundle["text/html"])
    [(tag, attributes)] = elements
    assert tag == "img"
    return attributes


def line_plot():
    figure, axes = plt.subplots()
    _ = axes.plot([2.25, 0.0])
    axes.set(title="The loss falls", xlabel="step", ylabel="loss")
    return figure


def test_a_figure_comes_with_its_text_alternative(shown):
    alt = 'It falls from "2.25" to < 0.1 & stays'
    plots.show(line_plot(), alt=alt)
    [bundle] = shown
    assert bundle["text/plain"] == alt
    image = image_of(bundle)
    assert image["alt"] == alt
    kind, data = image["src"].split(",")
    assert kind == "data:image/png;base64"
    png = base64.b64decode(data)
    assert png.startswith(PNG)
    assert b"matplotlib" not in png.lower(), "the version of matplotlib would change the notebook"
    assert "\n" not in bundle["text/html"]


def test_a_title_that_would_be_cut_is_refused(shown):
    figure = line_plot()
    figure.axes[0].set_title("The loss falls " * 5)
    with pytest.raises(ValueError, match="too long for this figure"):
        plots.show(figure, alt="It falls.")
    with pytest.raises(ValueError, match="too long for this figure"):
        plots.show_images(np.zeros((1, 2, 2)), ["0"], title="Images that are read wrong " * 5)
    assert not shown


def test_a_shown_figure_is_closed_so_that_it_is_not_shown_twice(shown):
    figure = line_plot()
    assert plt.fignum_exists(figure.number)
    plots.show(figure, alt="It falls.")
    assert not plt.fignum_exists(figure.number)


def test_the_same_figure_is_the_same_bytes(shown):
    for _ in range(2):
        plots.show(line_plot(), alt="It falls.")
    assert shown[0] == shown[1]


def test_a_figure_needs_a_text_alternative_that_says_something(shown):
    with pytest.raises(ValueError, match="alt is blank"):
        plots.show(line_plot(), alt="  ")
    assert not shown


@pytest.mark.parametrize(
    ("part", "message"), [("title", "a title"), ("xlabel", "x axis"), ("ylabel", "y axis")]
)
def test_a_plot_must_be_named(shown, part, message):
    figure = line_plot()
    figure.axes[0].set(**{part: ""})
    with pytest.raises(ValueError, match=message):
        plots.show(figure, alt="It falls.")


def test_images_say_their_labels(shown):
    plots.show_images(np.eye(9).reshape(9, 9), "abcdefghi", title="Nine dots", columns=4)
    image = image_of(shown[0])
    assert image["alt"].startswith("Nine dots. 9 small pictures, labelled: a; b; c;")


def test_flat_and_square_images_look_the_same(shown):
    images = np.arange(32.0).reshape(2, 4, 4)
    plots.show_images(images, [3, 8], title="Two")
    plots.show_images(images.reshape(2, 16), [3, 8], title="Two")
    assert shown[0] == shown[1]


@pytest.mark.parametrize("shape", [(2, 15), (16,), (1, 2, 3, 4)])
def test_what_is_no_picture_is_refused(shown, shape):
    with pytest.raises(ValueError, match=r"Images have shape \(N, H, W\)"):
        plots.show_images(np.zeros(shape), ["a"] * shape[0], title="None")


def test_every_image_needs_a_label(shown):
    with pytest.raises(ValueError, match="2 images, but 3 labels"):
        plots.show_images(np.zeros((2, 4)), [1, 2, 3], title="Two")
