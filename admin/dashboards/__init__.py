"""Dashboards: pictures of the brokerage's figures, each with its table, its rows and its workbook."""
