"""Reads of dispatch: candidates with reasons, questions and places of a volunteer, the open list, batch rounds."""
