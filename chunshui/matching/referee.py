"""What is wrong with the routes of an afternoon, told by one who knows no solver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chunshui.matching.afternoon import Plan, Route, Stop, Visit, Walker, able
from chunshui.matching.ways import Ways


def check_routes(walkers: Sequence[Walker], visits: Sequence[Visit], ways: Ways, plan: Plan) -> list[str]:
    """The faults of a plan; [] when everybody can walk it and nothing was passed over."""
    asked = {visit.id: visit for visit in visits}
    people = {walker.id: walker for walker in walkers}
    faults: list[str] = []
    starts: dict[int, list[tuple[int, int]]] = {}
    for route in plan.routes:
        if route.walker_id not in people or len({stop.visit_id for stop in route.stops}) < len(route.stops):
            faults.append(f"route of {route.walker_id}: unknown walker, or a visit twice")
            continue
        faults += _route_faults(people[route.walker_id], route, asked, ways)
        for stop in route.stops:
            starts.setdefault(stop.visit_id, []).append((route.walker_id, stop.start))
    for visit in visits:
        faults += _visit_faults(visit, starts.get(visit.id, []), plan)
    return faults


def _route_faults(walker: Walker, route: Route, asked: Mapping[int, Visit], ways: Ways) -> list[str]:
    """Times, ways, skills and limits of one day."""
    faults = [f"walker {walker.id}: {len(route.stops)} visits, wants at most {walker.most}"] if len(route.stops) > walker.most else []
    here, free = walker.home, walker.opens
    for stop in route.stops:
        visit = asked.get(stop.visit_id)
        if visit is None:
            return [*faults, f"walker {walker.id}: visit {stop.visit_id} was not asked for"]
        told = f"walker {walker.id}, visit {visit.id}"
        seconds, metres = int(ways.seconds[here, visit.place]), int(ways.metres[here, visit.place])
        if (stop.walk, stop.metres) != (seconds, metres):
            faults.append(f"{told}: {stop.walk} s and {stop.metres} m said, {seconds} s and {metres} m it is")
        if stop.arrive < free + seconds:
            faults.append(f"{told}: cannot be there by {stop.arrive}")
        faults += [f"{told}: {fault}" for fault in _stop_faults(walker, visit, stop)]
        here, free = visit.place, stop.leave
    if (route.home_walk, route.home_metres) != (int(ways.seconds[here, walker.home]), int(ways.metres[here, walker.home])):
        faults.append(f"walker {walker.id}: the way home is not that long")
    if free + route.home_walk > walker.closes:
        faults.append(f"walker {walker.id}: comes home after {walker.closes}")
    return faults


def _stop_faults(walker: Walker, visit: Visit, stop: Stop) -> list[str]:
    faults = [] if able(walker, visit) else ["may not go"]
    if stop.start < stop.arrive or stop.leave != stop.start + visit.seconds:
        faults.append("comes, begins and leaves at times that do not fit")
    if not any(opens <= stop.start <= closes for opens, closes in visit.windows):
        faults.append(f"begins at {stop.start}, outside every window")
    return faults


def _visit_faults(visit: Visit, made: list[tuple[int, int]], plan: Plan) -> list[str]:
    """All or nobody, together, and those who agreed."""
    if not made:
        return [] if visit.id in plan.left else [f"visit {visit.id}: neither made nor left"]
    faults = [f"visit {visit.id}: made and left"] if visit.id in plan.left else []
    if len(made) != visit.people or len({who for who, _ in made}) < len(made):
        faults.append(f"visit {visit.id}: {len(made)} come, {visit.people} are needed")
    if len({start for _, start in made}) > 1:
        faults.append(f"visit {visit.id}: they do not begin together")
    if not set(visit.agreed) <= {who for who, _ in made}:
        faults.append(f"visit {visit.id}: somebody who agreed does not come")
    return faults
