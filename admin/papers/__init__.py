"""Papers that leave the house: agent's acts and pay-out sheets, to print, as PDF and as workbooks; files for 1C."""
