"""
``.. workflow-diagram::`` and ``.. workflow-table::``: what may be done to courses on their way to learners, from the very table
that the API, REST, the pages and the admin ask. Plain SVG text, so that no graphviz has to be installed.
"""

from collections import defaultdict
from html import escape

from docutils import nodes
from docutils.parsers.rst import Directive
from model_reference import table

from openedx_catalog.contrib.publishing.workflow import TRANSITIONS, Action, State

WIDTH, BOX, HEIGHT, TOP = 860, 128, 40, 125
# So that a line behind a text does not cross it out.
HALO = "paint-order:stroke;stroke:var(--pst-color-background,#fff);stroke-width:4"
STATES = list(State)
GAP = (WIDTH - BOX * len(STATES)) / (len(STATES) - 1)


class WorkflowDiagram(Directive):
    """The states from left to right; above them what leads on, below what leads back."""

    def run(self):
        return [nodes.raw("", draw(), format="html")]


class WorkflowTable(Directive):
    """A row for each state and action: who may do it, and where it leads."""

    def run(self):
        rows = [
            (
                str(each.state.label),
                str(each.action.label),
                ", ".join(sorted(str(role.label) for role in each.roles)),
                " or ".join(str(state.label) for state in each.to),
            )
            for each in sorted(TRANSITIONS, key=lambda each: (STATES.index(each.state), list(Action).index(each.action)))
        ]
        return [table(("State", "Action", "Who", "Leads to"), rows, widths=(20, 22, 22, 36))]


def draw():
    """Return the SVG: boxes, and an arrow from one to another for all the actions that lead there."""
    actions = defaultdict(list)
    for line in TRANSITIONS:
        for state in line.to:
            if state != line.state and str(line.action.label) not in actions[line.state, state]:
                actions[line.state, state].append(str(line.action.label))
    arrows = [arrow(*ends, names) for ends, names in sorted(actions.items(), key=lambda item: -distance(*item[0]))]
    boxes = [box(state) for state in STATES]
    said = "; ".join(f"{before.label} to {after.label}: {', '.join(names)}" for (before, after), names in actions.items())
    height = 2 * TOP + HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(said)}" '
        f'style="width:100%;max-width:{WIDTH}px;height:auto;color:inherit" font-family="sans-serif" font-size="11" '
        f'fill="currentColor">{"".join(arrows)}{"".join(boxes)}</svg>'
    )


def distance(before, after):
    return abs(STATES.index(after) - STATES.index(before))


def left(state):
    return STATES.index(state) * (BOX + GAP)


def box(state):
    style = 'style="fill:var(--pst-color-background,#fff)" stroke="currentColor"'
    x = left(state)
    return (
        f'<g><rect {style} x="{x + 1:.1f}" y="{TOP}" width="{BOX - 2}" height="{HEIGHT}" rx="4"/>'
        f'<text x="{x + BOX / 2:.1f}" y="{TOP + HEIGHT / 2 + 4}" text-anchor="middle" font-size="12">'
        f"{escape(str(state.label))}</text></g>"
    )


def arrow(before, after, names):
    """An arc: on above the boxes, back below them; the longer, the further away."""
    onward, far = STATES.index(after) > STATES.index(before), distance(before, after)
    start, end = left(before) + BOX * (0.62 if onward else 0.38), left(after) + BOX * (0.38 if onward else 0.62)
    edge, sign = (TOP, -1) if onward else (TOP + HEIGHT, 1)
    peak = edge + sign * (30 + 34 * (far - 1))
    tip = f"M{end:.1f} {edge}l-4 {sign * 7}m4 {-sign * 7}l4 {sign * 7}"
    path = f"M{start:.1f} {edge}C{start:.1f} {peak:.1f} {end:.1f} {peak:.1f} {end:.1f} {edge}"
    label = edge + (peak - edge) * 0.75 + (-4 if onward else 12)
    text = f'x="{(start + end) / 2:.1f}" y="{label:.1f}" text-anchor="middle" style="{HALO}"'
    line = f'<path fill="none" stroke="currentColor" opacity=".6" d="{path}{tip}"/>'
    return f"<g>{line}<text {text}>{escape(', '.join(names))}</text></g>"


def setup(app):
    app.add_directive("workflow-diagram", WorkflowDiagram)
    app.add_directive("workflow-table", WorkflowTable)
    return {"parallel_read_safe": True}
