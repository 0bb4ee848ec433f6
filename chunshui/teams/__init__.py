"""Teams, registered organisations and net-registered groups (S2).

Nouns: Team, Membership. Verbs: file_team, review_team, apply, accept_member, refuse_member, leave_team, name_leader, suspend_team.
States of a team: pending → approved ⇄ suspended; pending → refused. Of a member: applying → member → left; applying → refused.
"""
