"""Project configuration. Importing it puts the bundled SQLite in place of the system's.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL file (fixed in 3.51.3), and Debian 12 ships 3.40.1,
so the `pysqlite3` wheel replaces the standard module before Django loads.
"""

import sys

import pysqlite3

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
