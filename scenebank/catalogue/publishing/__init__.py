"""The way of a product's document to the shoppers: draft, review, approval, schedule, live; and back."""
