"""The table: the rows of all files, in the order in which they run."""

import rows_http, rows_haproxy, rows_tools, rows_stores, rows_names, rows_info, rows_relay, rows_proxy
from support import all_rows as rows
