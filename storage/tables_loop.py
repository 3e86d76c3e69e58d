"""The tables of what becomes of it all: key issues, who approved them, what can be decided, who answers for what.

They hang on people and areas by key alone, so that `storage.tables` can gather them.
"""

import sqlalchemy as sa

from storage.columns import Instant, Serial, metadata, one_of

# ── what the workshops found ───────────────────────────────────────────────────────────────────────────────────
key_issues = sa.Table(
    "key_issues",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("area", sa.String(40), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # how staff name it: hull 2
    sa.Column("title", sa.String(120), nullable=False),
    sa.Column("frames", sa.Text, nullable=False, default="[]"),  # JSON list, as are the other lists
    sa.Column("chain", sa.Text, nullable=False, default="[]"),
    sa.Column("quote", sa.Text, nullable=False, default=""),
    sa.Column("quoted", sa.ForeignKey("participants.id", ondelete="SET NULL")),
    sa.Column("quote_run", sa.String(20), nullable=False, default=""),
    sa.Column("quote_step", sa.String(40), nullable=False, default=""),
    sa.Column("quote_asked", sa.Boolean, nullable=False, default=False),  # "ask me each time": they were, and agreed
    sa.Column("assets", sa.Text, nullable=False, default="[]"),
    sa.Column("no_assets", sa.Boolean, nullable=False, default=False),  # people were asked and named none
    sa.Column("decided_by", sa.Text, nullable=False, default="[]"),
    sa.Column("joined_by", sa.Text, nullable=False, default="[]"),
    sa.Column("alone_because", sa.String(200), nullable=False, default=""),
    sa.Column("minority", sa.Text, nullable=False, default=""),
    sa.Column("known_before", sa.String(5), nullable=False, default=""),
    sa.Column("origin", sa.String(12), nullable=False, default="participants"),
    sa.Column("revision", sa.Integer, nullable=False, default=1),  # an approval is of one revision
    sa.Column("changed_at", Instant, nullable=False),
    sa.UniqueConstraint("area", "number"),
    one_of("known_before", "", "new", "known"),
    one_of("origin", "participants", "stakeholders", "team"),
)

issue_evidence = sa.Table(
    "issue_evidence",
    metadata,
    sa.Column("issue_id", sa.ForeignKey("key_issues.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("run_id", sa.String(20), primary_key=True),
    sa.Column("step", sa.String(40), primary_key=True),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Index(None, "participant_id"),
)

issue_approvals = sa.Table(
    "issue_approvals",
    metadata,
    sa.Column("issue_id", sa.ForeignKey("key_issues.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("by", sa.String(60), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)

decision_scopes = sa.Table(
    "decision_scopes",
    metadata,
    sa.Column("area", sa.String(40), primary_key=True),
    sa.Column("inside", sa.Text, nullable=False, default=""),
    sa.Column("outside", sa.Text, nullable=False, default=""),
    sa.Column("budget", sa.String(200), nullable=False, default=""),
    sa.Column("decider", sa.String(120), nullable=False, default=""),
    sa.Column("decided_on", sa.String(10), nullable=False, default=""),  # a date of the area, as 2026-11-26
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

gate_records = sa.Table(
    "gate_records",
    metadata,
    sa.Column("area", sa.String(40), primary_key=True),
    sa.Column("item", sa.String(40), primary_key=True),
    sa.Column("grounds", sa.String(200), nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

# ── who answers for it ─────────────────────────────────────────────────────────────────────────────────────────
commitments = sa.Table(
    "commitments",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("issue_id", sa.ForeignKey("key_issues.id", ondelete="CASCADE"), nullable=False),
    sa.Column("owner", sa.String(120), nullable=False),  # a named role
    sa.Column("level", sa.String(20), nullable=False),
    sa.Column("due_on", sa.String(10), nullable=False),  # a date of the area, as 2026-11-26
    sa.Column("action", sa.String(300), nullable=False, default=""),
    sa.Column("position", sa.String(8), nullable=False, default=""),
    sa.Column("state", sa.String(8), nullable=False, default="asked"),
    sa.Column("reply", sa.Text, nullable=False, default=""),  # the line that participants read
    sa.Column("reason", sa.String(200), nullable=False, default=""),  # why not; or to whom it was passed
    sa.Column("heard_on", sa.String(10), nullable=False, default=""),  # when its owner was last heard
    sa.Column("asked_on", sa.String(10), nullable=False),
    one_of("position", "", "will_do", "look", "pass_on", "will_not"),
    one_of("state", "asked", "planned", "doing", "done", "looking", "passed", "not_done"),
    sa.Index(None, "issue_id"),
)

commitment_history = sa.Table(
    "commitment_history",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("commitment_id", sa.ForeignKey("commitments.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("due_on", sa.String(10), nullable=False),
    sa.Column("reply", sa.Text, nullable=False, default=""),
    sa.Index(None, "commitment_id"),
)

# ── what others think ──────────────────────────────────────────────────────────────────────────────────────────
statements = sa.Table(
    "statements",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("area", sa.String(40), nullable=False),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE")),  # none: written by the team
    sa.Column("run_id", sa.String(20), nullable=False, default=""),
    sa.Column("step", sa.String(40), nullable=False, default=""),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("state", sa.String(8), nullable=False, default="waiting"),
    sa.Column("reason", sa.String(200), nullable=False, default=""),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("judged_at", Instant),
    sa.Column("judged_by", sa.String(60), nullable=False, default=""),
    one_of("state", "waiting", "approved", "reword", "held"),
    sa.UniqueConstraint("run_id", "step", "participant_id"),
    sa.Index(None, "area", "state"),
    sa.Index(None, "participant_id"),
)

votes = sa.Table(
    "votes",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("vote", sa.String(8), nullable=False),
    sa.Column("at", Instant, nullable=False),
    one_of("vote", "agree", "disagree", "pass"),
    sa.Index(None, "participant_id"),
)

question_replies = sa.Table(
    "question_replies",
    metadata,
    sa.Column("run_id", sa.String(20), primary_key=True),
    sa.Column("step", sa.String(40), primary_key=True),
    sa.Column("participant_id", sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("replied_by", sa.String(120), nullable=False),  # the role that answers, as people are told it
    sa.Column("reply", sa.Text, nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "participant_id"),
)
