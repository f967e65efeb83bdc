"""Whether what was acknowledged is kept: processes are killed, disks fail, power is cut, and the rows are counted."""
