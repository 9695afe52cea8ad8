"""Numbers of people, companies, cards and telephones: whether they can be right, and how little of one to show."""
