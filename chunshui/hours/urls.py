from __future__ import annotations

from django.urls import path, re_path

from chunshui.hours import views
from chunshui.hours.views import proofs, stars, verifying

urlpatterns = [
    path("hours/", views.my_hours, name="my_hours"),
    path("hours/export/", views.export_hours, name="export_hours"),
    path("hours/declare/", views.declare_hours, name="declare_hours"),
    path("hours/entries/", views.hour_entries, name="hour_entries"),
    path("hours/entries/<int:entry_id>/", views.hour_entry, name="hour_entry"),
    path("hours/entries/<int:entry_id>/approve/", views.approve_entry, name="approve_entry"),
    path("hours/entries/<int:entry_id>/refuse/", views.refuse_entry, name="refuse_entry"),
    path("hours/entries/<int:entry_id>/withdraw/", views.withdraw_entry, name="withdraw_entry"),
    path("hours/evidence/<int:file_id>/", views.hour_file, name="hour_file"),
    path("hours/publicity/", views.hours_publicity, name="hours_publicity"),
    path("hours/publicity/<int:line_id>/report/", views.report_line, name="report_line"),
    path("teams/<int:team_id>/hours/", views.enter_team_hours, name="enter_team_hours"),
    path("desk/hours/", views.hours_desk, name="hours_desk"),
    path("desk/hours/enter/", views.enter_area_hours, name="enter_area_hours"),
]

urlpatterns += [
    path("stars/", stars.my_stars, name="my_stars"),
    path("stars/queue/", stars.star_queue, name="star_queue"),
    path("stars/published/", stars.published_stars, name="published_stars"),
    path("stars/five/", stars.five_stars, name="five_stars"),
    path("stars/five/export/", stars.export_five_stars, name="export_five_stars"),
    path("stars/privileges/", stars.privileges, name="privileges"),
    path("stars/privileges/offer/", stars.offer_privilege, name="offer_privilege"),
    path("stars/privileges/<int:privilege_id>/end/", stars.end_privilege, name="end_privilege"),
    path("stars/<int:star_id>/", stars.star, name="star"),
    path("stars/<int:star_id>/object/", stars.object_to_star, name="object_to_star"),
    re_path(r"^stars/(?P<star_id>\d{1,18})/(?P<verb>withdraw|review|publish|grant|refuse)/$", stars.decide_star, name="decide_star"),
    path("objections/<int:objection_id>/", stars.decide_objection, name="decide_objection"),
    path("proofs/", proofs.my_proofs, name="my_proofs"),
    path("proofs/ask/", proofs.ask_proof, name="ask_proof"),
    path("proofs/queue/", proofs.proof_queue, name="proof_queue"),
    path("proofs/published/", proofs.published_proofs, name="published_proofs"),
    path("proofs/check/", proofs.check_proof, name="check_proof"),
    re_path(r"^proofs/check/(?P<number>[0-9A-Za-z]{1,20})/(?P<code>[0-9A-Za-z]{1,12})/$", proofs.checked_proof, name="checked_proof"),
    path("proofs/verify/", verifying.verify_proof, name="verify_proof"),
    path("proofs/verifier.html", verifying.verifier, name="verifier"),
    path("proofs/keys.json", verifying.key_file, name="proof_keys"),
    path("proofs/revoked.json", verifying.revoked_proofs, name="revoked_proofs"),
    path(".well-known/did.json", verifying.did_document, name="did_document"),
    path("proofs/<int:proof_id>/", proofs.proof, name="proof"),
    path("proofs/<int:proof_id>/sheet/", proofs.proof_sheet, name="proof_sheet"),
    path("proofs/<int:proof_id>/qr.png", proofs.proof_qr, name="proof_qr"),
    path("proofs/<int:proof_id>/object/", proofs.object_to_proof, name="object_to_proof"),
    re_path(r"^proofs/(?P<proof_id>\d{1,18})/(?P<verb>withdraw|accept|issue|refuse|revoke|show)/$", proofs.decide_proof, name="decide_proof"),
    re_path(r"^proofs/(?P<proof_id>\d{1,18})/(?P<name>paper\.pdf|proof\.json|badge\.jwt)$", proofs.proof_file, name="proof_file"),
]
