"""An afternoon on foot: a volunteer's day, what another order would mean, and the routes of a community or a team."""
