"""Pages: a query shown, or a form that calls one command."""
