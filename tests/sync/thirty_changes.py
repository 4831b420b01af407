"""What becomes different at the services of `thirty_world` from one day to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .thirty_world import World


def change(world: World) -> None:
    """A day's changes: each kind up to so many times."""
    for kind, times in CHANGES.items():
        for _time in range(world.chance.randrange(times + 1)):
            kind(world)


# Runs


def _run_values(world: World) -> None:
    values = _some_run(world)
    field = world.chance.choice(["title", "start", "end", "pacing"])
    values |= {field: world.values("Discovery")[field], "modified": world.now}


def _lms_values(world: World) -> None:
    _code, values = world.lms[world.chance.choice(list(world.lms))]
    field = world.chance.choice(list(values))
    values[field] = world.values("LMS")[field]


def _online_values(world: World) -> None:
    _code, values = world.mitxonline[world.chance.choice(list(world.mitxonline))]
    field = world.chance.choice(list(values))
    values[field] = world.values("Online")[field]


def _external_key(world: World) -> None:
    values = _some_run(world)
    values["external_key"] = "" if values["external_key"] and world.chance.random() < 0.5 else f"K{world.next()}"


def _new_run(world: World) -> None:
    world.add_run(world.chance.choice(world.codes()), f"N{world.next()}")


def _rerun(world: World) -> None:
    """The LMS has it first, under a key that names another course than discovery does."""
    world.add_run(world.chance.choice(world.codes()) + "-R", f"N{world.next()}", lms_first=True)


def _rerun_arrives(world: World) -> None:
    known = set(world.all_runs()) | {key for _name, key, _course, _values in world.gone}
    late = [(key, code) for key, (code, _values) in world.lms.items() if code.endswith("-R") and key not in known]
    for key, code in late[:1]:
        course = world.service.courses[f"MITx+{code.removesuffix('-R')}"]
        course[key] = world.values("Discovery") | {"external_key": ""}


def _run_goes(world: World) -> None:
    """Here or there, or everywhere."""
    key = world.chance.choice(world.all_runs())
    course = next(course for course, runs in world.service.courses.items() if key in runs)
    everywhere = world.chance.random() < 0.3
    if everywhere or world.chance.random() < 0.5:
        world.gone.append(("discovery", key, course, world.service.courses[course].pop(key)))
    for name, rows in (("lms", world.lms), ("mitxonline", world.mitxonline)):
        if key in rows and (everywhere or world.chance.random() < 0.3):
            world.gone.append((name, key, *rows.pop(key)))


def _run_comes_back(world: World) -> None:
    if not world.gone:
        return
    name, key, course, values = world.gone.pop(world.chance.randrange(len(world.gone)))
    if name == "discovery":
        world.service.courses[course][key] = values | {"modified": world.now}
    else:
        (world.lms if name == "lms" else world.mitxonline)[key] = course, values


# Courses and programs


def _course_title(world: World) -> None:
    world.service.titles[world.chance.choice(list(world.service.courses))] = f"Title {world.next()}"


def _new_course(world: World) -> None:
    code = f"N{world.next():03}"
    world.service.course(f"MITx+{code}")
    world.add_run(code, "R1")


def _program_values(world: World) -> None:
    program = _some_program(world)
    if world.chance.random() < 0.6:
        program["title"] = f"Title {world.next()}"
    elif world.chance.random() < 0.5:
        program["hidden"] = not program["hidden"]
    else:
        ways = {"active": ["retired", "unpublished"], "retired": ["active"], "unpublished": ["active", "retired"]}
        program["status"] = world.chance.choice(ways[program["status"]])


def _program_goes_or_comes(world: World) -> None:
    if world.gone_programs and world.chance.random() < 0.6:
        name = world.chance.choice(sorted(world.gone_programs))
        world.service.programs[name] = world.gone_programs.pop(name)
    else:
        name = world.chance.choice(sorted(world.service.programs.keys() - world.left_alone))
        world.gone_programs[name] = world.service.programs.pop(name)


def _new_program(world: World) -> None:
    world.add_program(f"Program {world.next()}")


def _course_comes(world: World) -> None:
    into, code = _some_list(world), world.chance.choice(world.codes())
    listed = [key.partition("+")[2] for key in into["courses"]]
    if code not in listed and not any(world.are_to_merge(code, other) for other in listed):
        into["courses"].insert(world.chance.randrange(len(listed) + 1), f"MITx+{code}")


def _course_goes(world: World) -> None:
    found = _some_list(world)["courses"]
    if len(found) > 1:
        found.pop(world.chance.randrange(len(found)))


def _order(world: World) -> None:
    world.chance.shuffle(_some_list(world)["courses"])


def _exclusion(world: World) -> None:
    found = _some_list(world)
    if found["excluded"] and world.chance.random() < 0.4:
        found["excluded"].pop()
        return
    runs = [key for course in found["courses"] for key in world.service.courses[course]]
    left = sorted(set(runs) - set(found["excluded"]))
    if left:
        found["excluded"].append(world.chance.choice(left))


def _curriculum(world: World) -> None:
    """One is renamed, comes, goes, or is not offered for a while."""
    program = _some_program(world)
    tracks, what = program["curricula"], world.chance.random()
    if what < 0.3 or not tracks:
        tracks.append(world.track(program["title"]))
        return
    track = world.chance.choice(tracks)
    if what < 0.5:
        track["name"] = f"Track {world.next()}"
    elif what < 0.8:
        track["is_active"] = not track["is_active"]
    elif what < 0.9:
        tracks.remove(track)
        world.gone_tracks.append((program, track))
    elif world.gone_tracks:
        former, track = world.gone_tracks.pop()
        former["curricula"].append(track)


def _nesting(world: World) -> None:
    outer = world.chance.choice([f"Program {number}" for number in range(0, 40, 4)])
    for track in world.service.programs.get(outer, {}).get("curricula", ()):
        if track["programs"] and world.chance.random() < 0.5:
            world.chance.choice([track["programs"].clear, lambda found=track: found["programs"].append("Program 2")])()


CHANGES: dict[Callable[[World], Any], int] = {
    _run_values: 25, _lms_values: 25, _online_values: 6, _external_key: 5, _new_run: 2, _rerun: 1, _rerun_arrives: 1,
    _run_goes: 3, _run_comes_back: 2, _course_title: 4, _new_course: 1, _program_values: 3, _program_goes_or_comes: 1,
    _new_program: 1, _course_comes: 5, _course_goes: 4, _order: 3, _exclusion: 6, _curriculum: 3, _nesting: 1,
}  # fmt: skip


def _some_run(world: World) -> dict[str, Any]:
    key = world.chance.choice([key for key, runs in world.service.courses.items() if runs])
    return world.chance.choice(list(world.service.courses[key].values()))


def _some_program(world: World) -> dict[str, Any]:
    return world.service.programs[world.chance.choice(sorted(world.service.programs.keys() - world.left_alone))]


def _some_list(world: World) -> dict[str, Any]:
    program = _some_program(world)
    return world.chance.choice([program, *program["curricula"]])
