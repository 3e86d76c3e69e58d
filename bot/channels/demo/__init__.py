"""The phone in the browser: for the demo, and for trying a flow."""
