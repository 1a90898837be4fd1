"""The office in the largest process it is made for: 15,000 candidacies, 300 actors, years of rows.

`crowd(session, at)` multiplies the small world by plain INSERT … SELECT: a second or two for all of
it. Whoever measures a page before and after sees what grows with the rows.
"""

from sqlalchemy import text

ACTORS, CANDIDACIES = 300, 15_000
PARTIES = 20  # of the actors; each has a slate of six in every municipality
SLATE = CANDIDACIES // PARTIES // 125

ROWS = (
    """INSERT INTO political_actor (key, kind, acronym, name, slug, registration_order, is_test)
       SELECT 'N' || n, CASE WHEN n <= :parties THEN 'party' ELSE 'independent' END, 'N' || n,
       'Actor número ' || n || ' del proceso', 'n' || n, 100 + n, false
       FROM generate_series(1, :actors) n""",
    """INSERT INTO contest (key, kind, name, municipality_number)
       SELECT 'em.m' || lpad(CAST(number AS text), 3, '0'), 'ayuntamiento',
       'Ayuntamiento ' || number,
       number FROM municipality ON CONFLICT DO NOTHING""",
    """INSERT INTO candidacy (contest_id, actor_id, post, rank, is_head, owner_name,
                              substitute_name, slug)
       SELECT c.id, a.id, CASE WHEN n = 1 THEN 'presidency' ELSE 'councillor' END, n, n = 1,
       'Persona ' || c.id || ' ' || a.id || ' ' || n, 'Suplente ' || n,
       'p-' || c.id || '-' || a.id || '-' || n
       FROM contest c, political_actor a, generate_series(1, :slate) n
       WHERE c.kind = 'ayuntamiento' AND a.key ~ '^N\\d+$' AND a.kind = 'party'""",
    """INSERT INTO candidacy (contest_id, actor_id, post, rank, is_head, owner_name,
                              substitute_name, slug)
       SELECT min(c.id), a.id, 'presidency', 1, true, 'Persona ' || a.id, 'Suplente', 'i-' || a.id
       FROM contest c, political_actor a
       WHERE c.kind = 'ayuntamiento' AND a.key ~ '^N' AND a.kind = 'independent' GROUP BY a.id""",
    """INSERT INTO account (username, person, role, actor_id, active, created_at, email,
                            unwanted_mail)
       SELECT 'u' || a.id || '.' || n, 'Persona ' || n || ' de ' || a.acronym, 'coordinator', a.id,
       true, :at, null, '{}' FROM political_actor a, generate_series(1, 2) n WHERE a.key ~ '^N'""",
    """INSERT INTO activation_code (account_id, code_hash, issued_at, issued_by, expires_at)
       SELECT id, sha256(CAST(username AS bytea)), :at - id * interval '1 min', 1,
       :at + interval '14 d' FROM account WHERE username ~ '^u\\d' AND id % 3 > 0""",
    """INSERT INTO handover (code_id, handed_on, received_by, recorded_at)
       SELECT id, :at, 'Quien firma', :at FROM activation_code WHERE id % 2 = 0""",
    """INSERT INTO mail (account_id, kind, occasion, state, attempts, planned_at, due_at)
       SELECT id, 'missing', 'o' || n, 'queued', 0, :at, :at FROM account, generate_series(1, 5) n
       WHERE username ~ '^u\\d'""",
    """INSERT INTO account_session (account_id, token_hash, started_at, last_used_at, passed_at)
       SELECT a.id, sha256(CAST(a.id || '-' || n AS bytea)), :at, :at, :at
       FROM account a, generate_series(1, 5) n WHERE a.username = 'jefa'""",
    """INSERT INTO suggestion (day, about, text, state)
       SELECT CAST(:at AS timestamptz), 'guias', '¿Cómo se cuenta el voto número ' || n || '?',
       'new'
       FROM generate_series(1, 2000) n""",
    """INSERT INTO arco_request (number_hash, kind, text, received_on, due_on, state, answer, mail,
                                 attempts)
       SELECT sha256(CAST(CAST(n AS text) AS bytea)), 'access', 'Quiero ver mis datos', :at,
       :at, 'received', '',
       'none', 0 FROM generate_series(1, 1000) n""",
    """INSERT INTO survey_answer (day, occasion, score, text)
       SELECT CAST(:at AS timestamptz), 'idea', 1 + n % 5, 'Comentario ' || n
       FROM generate_series(1, 3000) n""",
    """INSERT INTO audit_entry (at, account_id, deed, subject_kind, subject_id, after)
       SELECT CAST(:at AS timestamptz), 1, 'account.created', 'account', n, '{"role": "editor"}'
       FROM generate_series(1, 20000) n""",
    """INSERT INTO calendar_notice (phase_key, title, announced_at, opened_at, opens_at, reason)
       SELECT 'campaign', 'Campañas', :at, :at, :at, 'Acuerdo ' || n
       FROM generate_series(1, 300) n""",
    """INSERT INTO change (kind, about, title, told, reason, state, proposed_by, proposed_at,
                           decided_by, decided_at)
       SELECT 'move_phase', 'campaign', 'Mover la etapa ' || n,
       jsonb_build_object('before', w.dates, 'after', w.dates), 'Acuerdo', 'discarded', 1, :at,
       1, :at
       FROM generate_series(1, 400) n,
            (SELECT jsonb_build_object('opens_at', CAST(:at AS timestamptz), 'closes_at', null)
                    AS dates) w""",
    """INSERT INTO marking (state, since, until, new_only, crowded_only, reason, proposed_by,
                            proposed_at, counted)
       SELECT 'proposed', :at, :at + interval '1 h', false, false, 'Acuerdo ' || n, 1, :at, 0
       FROM generate_series(1, 500) n""",
    """INSERT INTO review (day, through, rule_version, reviewed_at, answers, subjects)
       SELECT CAST(:at AS date) - n, :at, 1, :at, 100, 10 FROM generate_series(1, 400) n""",
    """INSERT INTO delivery (actor_id, version, cutoff, state, attempt, progress, ordered_at,
                             touched_at, failure)
       SELECT a.id, n, :at, 'failed', 1, 0, :at, :at, 'Se detuvo'
       FROM political_actor a, generate_series(1, 3) n WHERE a.key ~ '^N'""",
    """INSERT INTO bulletin (state, revision, by_mail) SELECT 'draft', 1, false
       FROM generate_series(1, 400) n""",
    """INSERT INTO bulletin_version (bulletin_id, number, title, summary, text, note, images,
                                     written_at)
       SELECT b.id, n, 'Boletín ' || b.id, 'Resumen', 'Texto', '', '[]', :at
       FROM bulletin b, generate_series(1, 20) n
       WHERE NOT EXISTS (SELECT FROM bulletin_version v WHERE v.bulletin_id = b.id)""",
    """INSERT INTO activity (kind, title, area, planned_on, evidence, evidence_link, revision,
                             changed_at)
       SELECT 'network', 'Video ' || n, 'Medios', :at, '', '', 1, :at
       FROM generate_series(1, 600) n""",
    """INSERT INTO poster_batch (about, form, state, made, total, attempt, ordered_at, touched_at,
                                 facts, failure)
       SELECT 'cargos', 'a4', 'failed', 0, 3, 1, :at, :at, '{}', 'Se detuvo'
       FROM generate_series(1, 300) n""",
    """INSERT INTO editorial_text (kind, slug, language, revision, working, withdrawn, changed_at)
       SELECT 'text', 'aviso-' || n, 'es', 1, 1, false, :at FROM generate_series(1, 400) n""",
    """INSERT INTO editorial_version (text_id, number, fields, images, note, old_easy, written_at)
       SELECT t.id, n, jsonb_build_object('title', 'Aviso ' || t.id, 'body', 'Texto'), '[]', '',
       false, :at FROM editorial_text t, generate_series(1, 20) n WHERE t.slug ~ '^aviso-'""",
    """INSERT INTO import_run (layout, file_name, sha256, rows, summary, committed_at)
       SELECT 'candidaturas', 'lista-' || n || '.csv', repeat('0', 64), 9,
       '{"created": 3, "changed": 3, "unchanged": 3}', :at FROM generate_series(1, 500) n""",
    """INSERT INTO import_change (run_id, position, row, before, after)
       SELECT max(r.id), n, n, null, '{"key": "x"}' FROM import_run r, generate_series(1, 15000) n
       GROUP BY n""",
    """INSERT INTO report (since, until, state, ordered_at)
       SELECT CAST(:at AS date) - n, CAST(:at AS date) - n, 'ordered', :at
       FROM generate_series(1, 300) n""",
    """INSERT INTO commitment_activity (code, position, line, title, objective, verification, area,
                                        planned_start, planned_end)
       SELECT '9.' || n, 100 + n, 'Línea', 'Actividad ' || n, 'Objetivo', 'Medio', 'Área', :at, :at
       FROM generate_series(1, 60) n""",
    """INSERT INTO commitment_evidence (activity_id, title, ending, sha256, size, added_at)
       SELECT id, 'Acta', 'pdf', repeat('0', 64), 9, :at FROM commitment_activity""",
    """INSERT INTO earlier_process (key, name, election_day, source, note, revision, changed_at)
       SELECT CAST(1900 + n AS text), 'Elección ' || n, CAST(:at AS date) - 9000, 'Cómputos',
       '', 1, :at
       FROM generate_series(1, 20) n""",
    """INSERT INTO platform_draft (actor_id, scope, file_name, sha256, size, title, summary,
                                   sections, revision, changed_at)
       SELECT id, 'municipal', 'p.pdf', repeat('0', 64), 9, 'Plataforma', '', '[]', 1, :at
       FROM political_actor WHERE key ~ '^N'""",
)


def crowd(session, *, at):
    """Fill everything that a page of the office lists."""
    told = {"at": at, "actors": ACTORS, "parties": PARTIES, "slate": SLATE}
    for statement in ROWS:
        session.execute(text(statement), told)
