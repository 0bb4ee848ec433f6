"""Request data made into arguments of commands; nothing is saved here."""
