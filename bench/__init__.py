"""Speed, shown and not tested: scripts that print figures beside a baseline of the same run."""
