"""Whether what was acknowledged is kept: processes are killed, disks fail and power is cut, and the rows are counted."""
