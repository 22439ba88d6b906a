-- The tables of revision 0016 as the migrations 0001 to 0016 left them on SQLite.
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, 
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE audit_entry (
    id INTEGER NOT NULL, 
    actor VARCHAR NOT NULL, 
    act VARCHAR NOT NULL, 
    subject VARCHAR NOT NULL, 
    detail VARCHAR NOT NULL, 
    at DATETIME NOT NULL, 
    CONSTRAINT pk_audit_entry PRIMARY KEY (id)
);
CREATE TABLE case_source (
    id INTEGER NOT NULL, 
    title VARCHAR NOT NULL, 
    url VARCHAR NOT NULL, 
    licence VARCHAR NOT NULL, 
    published VARCHAR NOT NULL, 
    language VARCHAR NOT NULL, 
    CONSTRAINT pk_case_source PRIMARY KEY (id)
);
CREATE TABLE library_change (
    seq INTEGER NOT NULL, 
    case_id INTEGER, 
    member_id INTEGER, 
    at DATETIME NOT NULL, 
    CONSTRAINT pk_library_change PRIMARY KEY (seq)
);
CREATE TABLE member (
    level VARCHAR(32), 
    population_band VARCHAR(32), 
    legal_basis VARCHAR(32), 
    staff_band VARCHAR(32), 
    data_source VARCHAR(32), 
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    "key" VARCHAR, 
    name VARCHAR NOT NULL, 
    status VARCHAR(32) NOT NULL, 
    community VARCHAR(32), 
    role VARCHAR NOT NULL, 
    organisation VARCHAR NOT NULL, 
    place VARCHAR NOT NULL, 
    country VARCHAR NOT NULL, 
    languages JSON NOT NULL, 
    time_zone VARCHAR NOT NULL, 
    hours_from INTEGER NOT NULL, 
    hours_until INTEGER NOT NULL, 
    profile VARCHAR NOT NULL, 
    contact_line VARCHAR NOT NULL, 
    capacity INTEGER, 
    steward BOOLEAN NOT NULL, 
    invented BOOLEAN NOT NULL, 
    created_at DATETIME NOT NULL, 
    updated_at DATETIME NOT NULL, snoozed_until DATE, 
    CONSTRAINT uq_member_key UNIQUE ("key")
);
CREATE TABLE meta (
    name VARCHAR NOT NULL, 
    value VARCHAR NOT NULL, 
    CONSTRAINT pk_meta PRIMARY KEY (name)
);
CREATE TABLE vector (
    model_id VARCHAR NOT NULL, 
    text_hash VARCHAR NOT NULL, 
    dimension INTEGER NOT NULL, 
    data BLOB NOT NULL, 
    CONSTRAINT pk_vector PRIMARY KEY (model_id, text_hash)
);
CREATE TABLE account (
    id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    platform VARCHAR NOT NULL, 
    workspace VARCHAR NOT NULL, 
    user_id VARCHAR NOT NULL, 
    name VARCHAR NOT NULL, 
    locale VARCHAR NOT NULL, 
    time_zone VARCHAR NOT NULL, 
    language VARCHAR, 
    created_at DATETIME NOT NULL, gone_at DATETIME, used_at DATETIME, 
    CONSTRAINT pk_account PRIMARY KEY (id), 
    CONSTRAINT fk_account_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_account_member_id ON account (member_id);
CREATE UNIQUE INDEX uq_account_identity ON account (platform, workspace, user_id);
CREATE TABLE case_snippet (
    level VARCHAR(32), 
    population_band VARCHAR(32), 
    legal_basis VARCHAR(32), 
    staff_band VARCHAR(32), 
    data_source VARCHAR(32), 
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    "key" VARCHAR NOT NULL, 
    source_id INTEGER NOT NULL, 
    author_id INTEGER, 
    title VARCHAR NOT NULL, 
    text VARCHAR NOT NULL, 
    language VARCHAR NOT NULL, 
    community VARCHAR(32), 
    place VARCHAR NOT NULL, 
    country VARCHAR NOT NULL, 
    organisation VARCHAR NOT NULL, 
    topics JSON NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    reason VARCHAR NOT NULL, 
    content_hash VARCHAR NOT NULL, 
    sample BOOLEAN NOT NULL, 
    added_at DATETIME NOT NULL, 
    published_at DATETIME, 
    reviewed_at DATETIME, 
    updated_at DATETIME NOT NULL, whose_words VARCHAR(32), merged_into INTEGER, 
    CONSTRAINT fk_case_snippet_author_id_member FOREIGN KEY(author_id) REFERENCES member (id) ON DELETE SET NULL, 
    CONSTRAINT fk_case_snippet_source_id_case_source FOREIGN KEY(source_id) REFERENCES case_source (id) ON DELETE CASCADE, 
    CONSTRAINT uq_case_snippet_key UNIQUE ("key")
);
CREATE INDEX ix_case_snippet_author_id ON case_snippet (author_id);
CREATE INDEX ix_case_snippet_content_hash ON case_snippet (content_hash);
CREATE INDEX ix_case_snippet_source_id ON case_snippet (source_id);
CREATE INDEX ix_case_snippet_state ON case_snippet (state);
CREATE TABLE claim_code (
    id INTEGER NOT NULL, 
    digest VARCHAR NOT NULL, 
    member_id INTEGER, 
    makes_steward BOOLEAN NOT NULL, 
    expires_at DATETIME NOT NULL, 
    created_at DATETIME NOT NULL, 
    CONSTRAINT pk_claim_code PRIMARY KEY (id), 
    CONSTRAINT fk_claim_code_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE, 
    CONSTRAINT uq_claim_code_digest UNIQUE (digest)
);
CREATE TABLE consent (
    id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    purpose VARCHAR(32) NOT NULL, 
    given BOOLEAN NOT NULL, 
    text_version VARCHAR NOT NULL, 
    at DATETIME NOT NULL, 
    CONSTRAINT pk_consent PRIMARY KEY (id), 
    CONSTRAINT fk_consent_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_consent_member_id ON consent (member_id);
CREATE TABLE need (
    id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    text VARCHAR NOT NULL, 
    language VARCHAR NOT NULL, 
    created_at DATETIME NOT NULL, 
    CONSTRAINT pk_need PRIMARY KEY (id), 
    CONSTRAINT fk_need_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_need_member_id ON need (member_id);
CREATE TABLE offer (
    id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    text VARCHAR NOT NULL, 
    language VARCHAR NOT NULL, 
    created_at DATETIME NOT NULL, 
    CONSTRAINT pk_offer PRIMARY KEY (id), 
    CONSTRAINT fk_offer_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_offer_member_id ON offer (member_id);
CREATE TABLE question (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    asker_id INTEGER, 
    account_key VARCHAR NOT NULL, 
    text VARCHAR NOT NULL, 
    language VARCHAR NOT NULL, 
    people_only BOOLEAN NOT NULL, 
    visibility VARCHAR(32) NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    confidence VARCHAR(32) NOT NULL, 
    score FLOAT NOT NULL, 
    asked_at DATETIME NOT NULL, event_id VARCHAR, place VARCHAR DEFAULT '' NOT NULL, shown_as VARCHAR(32), 
    CONSTRAINT fk_question_asker_id_member FOREIGN KEY(asker_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_question_account_key ON question (account_key);
CREATE INDEX ix_question_asker_id ON question (asker_id);
CREATE TABLE "match" (
    id INTEGER NOT NULL, 
    question_id INTEGER NOT NULL, 
    rank INTEGER NOT NULL, 
    case_id INTEGER, 
    member_id INTEGER, 
    score FLOAT NOT NULL, 
    reasons JSON NOT NULL, 
    model_id VARCHAR NOT NULL, 
    CONSTRAINT pk_match PRIMARY KEY (id), 
    CONSTRAINT fk_match_case_id_case_snippet FOREIGN KEY(case_id) REFERENCES case_snippet (id) ON DELETE CASCADE, 
    CONSTRAINT fk_match_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE, 
    CONSTRAINT fk_match_question_id_question FOREIGN KEY(question_id) REFERENCES question (id) ON DELETE CASCADE
);
CREATE INDEX ix_match_case_id ON "match" (case_id);
CREATE INDEX ix_match_member_id ON "match" (member_id);
CREATE INDEX ix_match_question_id ON "match" (question_id);
CREATE TABLE passage (
    id INTEGER NOT NULL, 
    kind VARCHAR(32) NOT NULL, 
    case_id INTEGER, 
    member_id INTEGER, 
    ordinal INTEGER NOT NULL, 
    text VARCHAR NOT NULL, 
    language VARCHAR NOT NULL, 
    text_hash VARCHAR NOT NULL, 
    CONSTRAINT pk_passage PRIMARY KEY (id), 
    CONSTRAINT fk_passage_case_id_case_snippet FOREIGN KEY(case_id) REFERENCES case_snippet (id) ON DELETE CASCADE, 
    CONSTRAINT fk_passage_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_passage_case_id ON passage (case_id);
CREATE INDEX ix_passage_member_id ON passage (member_id);
CREATE INDEX ix_passage_text_hash ON passage (text_hash);
CREATE TABLE delivery (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    "key" VARCHAR NOT NULL, 
    platform VARCHAR NOT NULL, 
    workspace VARCHAR NOT NULL, 
    channel VARCHAR NOT NULL, 
    account_key VARCHAR NOT NULL, 
    place VARCHAR NOT NULL, 
    reply VARCHAR NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    attempts INTEGER NOT NULL, 
    in_doubt BOOLEAN NOT NULL, 
    reason VARCHAR NOT NULL, 
    receipt VARCHAR NOT NULL, 
    due_at DATETIME NOT NULL, 
    locked_until DATETIME, 
    created_at DATETIME NOT NULL, 
    finished_at DATETIME, kind VARCHAR(32) DEFAULT 'POST' NOT NULL, target VARCHAR DEFAULT '' NOT NULL, about VARCHAR DEFAULT '' NOT NULL, message VARCHAR DEFAULT '' NOT NULL, unsolicited BOOLEAN DEFAULT 0 NOT NULL, not_before DATETIME, kept BOOLEAN DEFAULT 0 NOT NULL, 
    CONSTRAINT uq_delivery_key UNIQUE ("key")
);
CREATE INDEX ix_delivery_account_key ON delivery (account_key);
CREATE INDEX ix_delivery_due ON delivery (state, due_at);
CREATE INDEX ix_delivery_line ON delivery (state, platform, workspace, channel, id);
CREATE TABLE inbox (
    platform VARCHAR NOT NULL, 
    event_id VARCHAR NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    act VARCHAR NOT NULL, 
    runs INTEGER NOT NULL, 
    received_at DATETIME NOT NULL, 
    done_at DATETIME, 
    CONSTRAINT pk_inbox PRIMARY KEY (platform, event_id)
);
CREATE INDEX ix_inbox_standing ON inbox (state, received_at);
CREATE UNIQUE INDEX ix_question_event_id ON question (event_id);
CREATE TABLE rating (
    id INTEGER NOT NULL, 
    question_id INTEGER NOT NULL, 
    case_id INTEGER, 
    about INTEGER NOT NULL, 
    voter_id INTEGER, 
    account_key VARCHAR NOT NULL, 
    helpful BOOLEAN NOT NULL, 
    at DATETIME NOT NULL, 
    CONSTRAINT pk_rating PRIMARY KEY (id), 
    CONSTRAINT fk_rating_question_id_question FOREIGN KEY(question_id) REFERENCES question (id) ON DELETE CASCADE, 
    CONSTRAINT fk_rating_case_id_case_snippet FOREIGN KEY(case_id) REFERENCES case_snippet (id) ON DELETE CASCADE, 
    CONSTRAINT fk_rating_voter_id_member FOREIGN KEY(voter_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_rating_question_id ON rating (question_id);
CREATE INDEX ix_rating_case_id ON rating (case_id);
CREATE INDEX ix_rating_voter_id ON rating (voter_id);
CREATE INDEX ix_rating_account_key ON rating (account_key);
CREATE UNIQUE INDEX uq_rating_account ON rating (question_id, about, account_key);
CREATE UNIQUE INDEX uq_rating_voter ON rating (question_id, about, voter_id);
CREATE TABLE home (
    account_key VARCHAR NOT NULL, 
    person VARCHAR NOT NULL, 
    digest VARCHAR NOT NULL, 
    opened_at DATETIME NOT NULL, 
    CONSTRAINT pk_home PRIMARY KEY (account_key)
);
CREATE INDEX ix_home_opened_at ON home (opened_at);
CREATE TABLE channel (
    id INTEGER NOT NULL, 
    platform VARCHAR NOT NULL, 
    workspace VARCHAR NOT NULL, 
    channel VARCHAR NOT NULL, 
    name VARCHAR NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    speaks BOOLEAN, 
    uses JSON NOT NULL, 
    updated_at DATETIME, 
    CONSTRAINT pk_channel PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_channel_identity ON channel (platform, workspace, channel);
CREATE TABLE conversation (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    kind VARCHAR(32) NOT NULL, 
    topic VARCHAR NOT NULL, 
    subject VARCHAR NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    bridged BOOLEAN NOT NULL, 
    heard BOOLEAN NOT NULL, 
    opened_at DATETIME NOT NULL, 
    closed_at DATETIME
);
CREATE INDEX ix_conversation_state ON conversation (state);
CREATE INDEX ix_conversation_subject ON conversation (subject);
CREATE TABLE participant (
    id INTEGER NOT NULL, 
    conversation_id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    name VARCHAR NOT NULL, 
    language VARCHAR NOT NULL, 
    platform VARCHAR NOT NULL, 
    workspace VARCHAR NOT NULL, 
    user_id VARCHAR NOT NULL, 
    channel VARCHAR NOT NULL, 
    thread VARCHAR NOT NULL, 
    greeting VARCHAR NOT NULL, left_at DATETIME, 
    CONSTRAINT pk_participant PRIMARY KEY (id), 
    CONSTRAINT fk_participant_conversation_id_conversation FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
    CONSTRAINT fk_participant_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_participant_conversation_id ON participant (conversation_id);
CREATE INDEX ix_participant_member_id ON participant (member_id);
CREATE INDEX ix_participant_room ON participant (platform, channel, thread);
CREATE TABLE line (
    id INTEGER NOT NULL, 
    conversation_id INTEGER NOT NULL, 
    participant_id INTEGER NOT NULL, 
    message VARCHAR NOT NULL, 
    text VARCHAR NOT NULL, 
    at DATETIME NOT NULL, 
    CONSTRAINT pk_line PRIMARY KEY (id), 
    CONSTRAINT fk_line_conversation_id_conversation FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
    CONSTRAINT fk_line_participant_id_participant FOREIGN KEY(participant_id) REFERENCES participant (id) ON DELETE CASCADE
);
CREATE INDEX ix_line_conversation_id ON line (conversation_id);
CREATE INDEX ix_line_participant_id ON line (participant_id);
CREATE UNIQUE INDEX uq_line_message ON line (participant_id, message);
CREATE INDEX ix_delivery_about ON delivery (about);
CREATE INDEX ix_delivery_message ON delivery (platform, message);
CREATE TABLE request (
    id INTEGER NOT NULL, 
    asker_id INTEGER NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    text VARCHAR NOT NULL, 
    context VARCHAR NOT NULL, 
    languages JSON NOT NULL, 
    urgency VARCHAR(32) NOT NULL, 
    shown_as VARCHAR(32) NOT NULL, 
    shown JSON NOT NULL, 
    line INTEGER NOT NULL, 
    due_at DATETIME, 
    unseen BOOLEAN NOT NULL, 
    created_at DATETIME NOT NULL, 
    sent_at DATETIME, 
    ended_at DATETIME, 
    CONSTRAINT pk_request PRIMARY KEY (id), 
    CONSTRAINT fk_request_id_question FOREIGN KEY(id) REFERENCES question (id) ON DELETE CASCADE, 
    CONSTRAINT fk_request_asker_id_member FOREIGN KEY(asker_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_request_asker_id ON request (asker_id);
CREATE INDEX ix_request_due ON request (state, due_at);
CREATE TABLE introduction (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    request_id INTEGER NOT NULL, 
    expert_id INTEGER, 
    ordinal INTEGER NOT NULL, 
    suggested BOOLEAN NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    reasons JSON NOT NULL, 
    proposed_at DATETIME NOT NULL, 
    remind_at DATETIME, 
    reminded_at DATETIME, 
    due_at DATETIME NOT NULL, 
    decided_at DATETIME, 
    CONSTRAINT fk_introduction_request_id_request FOREIGN KEY(request_id) REFERENCES request (id) ON DELETE CASCADE, 
    CONSTRAINT fk_introduction_expert_id_member FOREIGN KEY(expert_id) REFERENCES member (id) ON DELETE SET NULL
);
CREATE INDEX ix_introduction_expert_id ON introduction (expert_id);
CREATE INDEX ix_introduction_request_id ON introduction (request_id);
CREATE INDEX ix_introduction_state ON introduction (state);
CREATE UNIQUE INDEX uq_introduction_asked ON introduction (request_id, expert_id);
CREATE UNIQUE INDEX uq_introduction_turn ON introduction (request_id, ordinal);
CREATE TABLE contact (
    id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    kind VARCHAR(32) NOT NULL, 
    at DATETIME NOT NULL, 
    CONSTRAINT pk_contact PRIMARY KEY (id), 
    CONSTRAINT fk_contact_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_contact_lately ON contact (member_id, at);
CREATE TABLE case_version (
    id INTEGER NOT NULL, 
    case_id INTEGER NOT NULL, 
    number INTEGER NOT NULL, 
    title VARCHAR NOT NULL, 
    text VARCHAR NOT NULL, 
    facts JSON NOT NULL, 
    editor VARCHAR(32) NOT NULL, 
    why VARCHAR(32) NOT NULL, 
    note VARCHAR NOT NULL, 
    at DATETIME NOT NULL, 
    CONSTRAINT pk_case_version PRIMARY KEY (id), 
    CONSTRAINT fk_case_version_case_id_case_snippet FOREIGN KEY(case_id) REFERENCES case_snippet (id) ON DELETE CASCADE
);
CREATE INDEX ix_case_version_case_id ON case_version (case_id);
CREATE UNIQUE INDEX uq_case_version_number ON case_version (case_id, number);
CREATE TABLE further_source (
    id INTEGER NOT NULL, 
    case_id INTEGER NOT NULL, 
    title VARCHAR NOT NULL, 
    url VARCHAR NOT NULL, 
    licence VARCHAR NOT NULL, 
    published VARCHAR NOT NULL, 
    language VARCHAR NOT NULL, 
    CONSTRAINT pk_further_source PRIMARY KEY (id), 
    CONSTRAINT fk_further_source_case_id_case_snippet FOREIGN KEY(case_id) REFERENCES case_snippet (id) ON DELETE CASCADE
);
CREATE INDEX ix_further_source_case_id ON further_source (case_id);
CREATE TABLE case_review (
    case_id INTEGER NOT NULL, 
    days INTEGER NOT NULL, 
    stage VARCHAR(32) NOT NULL, 
    next_at DATETIME NOT NULL, 
    up_since DATETIME, 
    CONSTRAINT pk_case_review PRIMARY KEY (case_id), 
    CONSTRAINT fk_case_review_case_id_case_snippet FOREIGN KEY(case_id) REFERENCES case_snippet (id) ON DELETE CASCADE
);
CREATE INDEX ix_case_review_next_at ON case_review (next_at);
CREATE TABLE flag (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    case_id INTEGER NOT NULL, 
    member_id INTEGER, 
    account_key VARCHAR NOT NULL, 
    kind VARCHAR(32) NOT NULL, 
    reason VARCHAR NOT NULL, 
    open_key VARCHAR, 
    note VARCHAR NOT NULL, 
    at DATETIME NOT NULL, 
    resolved_at DATETIME, 
    CONSTRAINT fk_flag_case_id_case_snippet FOREIGN KEY(case_id) REFERENCES case_snippet (id) ON DELETE CASCADE, 
    CONSTRAINT fk_flag_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE, 
    CONSTRAINT uq_flag_open_key UNIQUE (open_key)
);
CREATE INDEX ix_flag_case_id ON flag (case_id);
CREATE INDEX ix_flag_member_id ON flag (member_id);
CREATE INDEX ix_flag_account_key ON flag (account_key);
CREATE TABLE call (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    text VARCHAR NOT NULL, 
    topics JSON NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    at DATETIME NOT NULL, 
    closed_at DATETIME
);
CREATE INDEX ix_call_state ON call (state);
CREATE TABLE news (
    question_id INTEGER NOT NULL, 
    case_id INTEGER NOT NULL, 
    delivery_key VARCHAR NOT NULL, 
    at DATETIME NOT NULL, 
    CONSTRAINT pk_news PRIMARY KEY (question_id, case_id), 
    CONSTRAINT fk_news_question_id_question FOREIGN KEY(question_id) REFERENCES question (id) ON DELETE CASCADE, 
    CONSTRAINT fk_news_case_id_case_snippet FOREIGN KEY(case_id) REFERENCES case_snippet (id) ON DELETE CASCADE
);
CREATE INDEX ix_news_case_id ON news (case_id);
CREATE TABLE news_off (
    who VARCHAR NOT NULL, 
    at DATETIME NOT NULL, 
    CONSTRAINT pk_news_off PRIMARY KEY (who)
);
CREATE TABLE news_pass (
    id INTEGER NOT NULL, 
    done INTEGER NOT NULL, 
    target INTEGER NOT NULL, 
    "after" INTEGER NOT NULL, 
    CONSTRAINT pk_news_pass PRIMARY KEY (id)
);
CREATE TABLE never_together (
    id INTEGER NOT NULL, 
    one VARCHAR NOT NULL, 
    other VARCHAR NOT NULL, 
    CONSTRAINT pk_never_together PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_never_together_pair ON never_together (one, other);
CREATE TABLE programme (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    name VARCHAR NOT NULL, 
    timetable JSON NOT NULL, 
    rules JSON NOT NULL, 
    channels JSON NOT NULL, 
    automatic BOOLEAN NOT NULL, 
    days INTEGER NOT NULL, 
    chatham_house BOOLEAN NOT NULL, 
    paused BOOLEAN NOT NULL, 
    next_due_at DATETIME, 
    created_at DATETIME NOT NULL, 
    CONSTRAINT uq_programme_name UNIQUE (name)
);
CREATE TABLE avoid (
    id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    other_id INTEGER NOT NULL, 
    CONSTRAINT pk_avoid PRIMARY KEY (id), 
    CONSTRAINT fk_avoid_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE, 
    CONSTRAINT fk_avoid_other_id_member FOREIGN KEY(other_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_avoid_member_id ON avoid (member_id);
CREATE INDEX ix_avoid_other_id ON avoid (other_id);
CREATE UNIQUE INDEX uq_avoid_pair ON avoid (member_id, other_id);
CREATE TABLE exchange_round (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    programme_id INTEGER NOT NULL, 
    number INTEGER NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    due_at DATETIME NOT NULL, 
    approved BOOLEAN NOT NULL, 
    problem JSON NOT NULL, 
    "plan" JSON NOT NULL, 
    revision INTEGER NOT NULL, 
    previewed_at DATETIME, 
    reminded_at DATETIME, 
    announced_at DATETIME, 
    closed_at DATETIME, 
    CONSTRAINT fk_exchange_round_programme_id_programme FOREIGN KEY(programme_id) REFERENCES programme (id) ON DELETE CASCADE
);
CREATE INDEX ix_exchange_round_due ON exchange_round (state, due_at);
CREATE INDEX ix_exchange_round_programme_id ON exchange_round (programme_id);
CREATE UNIQUE INDEX uq_exchange_round_number ON exchange_round (programme_id, number);
CREATE TABLE participation (
    id INTEGER NOT NULL, 
    programme_id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    every INTEGER NOT NULL, 
    skip_next BOOLEAN NOT NULL, 
    snoozed_until DATE, 
    rests INTEGER NOT NULL, 
    rested_last BOOLEAN NOT NULL, 
    last_round INTEGER NOT NULL, 
    silent_rounds INTEGER NOT NULL, 
    paused_at DATETIME, 
    joined_at DATETIME NOT NULL, 
    left_at DATETIME, 
    CONSTRAINT pk_participation PRIMARY KEY (id), 
    CONSTRAINT fk_participation_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE, 
    CONSTRAINT fk_participation_programme_id_programme FOREIGN KEY(programme_id) REFERENCES programme (id) ON DELETE CASCADE
);
CREATE INDEX ix_participation_member_id ON participation (member_id);
CREATE INDEX ix_participation_programme_id ON participation (programme_id);
CREATE UNIQUE INDEX uq_participation_member ON participation (programme_id, member_id);
CREATE TABLE pairing (
    id INTEGER NOT NULL, 
    round_id INTEGER NOT NULL, 
    group_number INTEGER NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    across BOOLEAN NOT NULL, 
    conversation_id INTEGER, 
    nudged_at DATETIME, 
    CONSTRAINT pk_pairing PRIMARY KEY (id), 
    CONSTRAINT fk_pairing_conversation_id_conversation FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE SET NULL, 
    CONSTRAINT fk_pairing_round_id_exchange_round FOREIGN KEY(round_id) REFERENCES exchange_round (id) ON DELETE CASCADE
);
CREATE INDEX ix_pairing_conversation_id ON pairing (conversation_id);
CREATE INDEX ix_pairing_round_id ON pairing (round_id);
CREATE UNIQUE INDEX uq_pairing_group ON pairing (round_id, group_number);
CREATE TABLE check_in (
    id INTEGER NOT NULL, 
    pairing_id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    answer VARCHAR(32), 
    problem VARCHAR NOT NULL, 
    tried VARCHAR NOT NULL, 
    worked VARCHAR NOT NULL, 
    may_be_quoted BOOLEAN NOT NULL, 
    at DATETIME NOT NULL, 
    CONSTRAINT pk_check_in PRIMARY KEY (id), 
    CONSTRAINT fk_check_in_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE, 
    CONSTRAINT fk_check_in_pairing_id_pairing FOREIGN KEY(pairing_id) REFERENCES pairing (id) ON DELETE CASCADE
);
CREATE INDEX ix_check_in_member_id ON check_in (member_id);
CREATE INDEX ix_check_in_pairing_id ON check_in (pairing_id);
CREATE UNIQUE INDEX uq_check_in_member ON check_in (pairing_id, member_id);
CREATE TABLE pairing_member (
    id INTEGER NOT NULL, 
    pairing_id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    messages INTEGER NOT NULL, 
    asked INTEGER NOT NULL, 
    CONSTRAINT pk_pairing_member PRIMARY KEY (id), 
    CONSTRAINT fk_pairing_member_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE, 
    CONSTRAINT fk_pairing_member_pairing_id_pairing FOREIGN KEY(pairing_id) REFERENCES pairing (id) ON DELETE CASCADE
);
CREATE INDEX ix_pairing_member_member_id ON pairing_member (member_id);
CREATE INDEX ix_pairing_member_pairing_id ON pairing_member (pairing_id);
CREATE UNIQUE INDEX uq_pairing_member ON pairing_member (pairing_id, member_id);
CREATE TABLE proposal (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    conversation_id INTEGER NOT NULL, 
    question_id INTEGER, 
    expert_id INTEGER, 
    asker_id INTEGER, 
    case_id INTEGER, 
    state VARCHAR(32) NOT NULL, 
    title VARCHAR NOT NULL, 
    text VARCHAR NOT NULL, 
    place VARCHAR NOT NULL, 
    country VARCHAR NOT NULL, 
    level VARCHAR(32), 
    language VARCHAR NOT NULL, 
    at DATETIME NOT NULL, 
    approved_at DATETIME, 
    CONSTRAINT fk_proposal_conversation_id_conversation FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
    CONSTRAINT fk_proposal_question_id_question FOREIGN KEY(question_id) REFERENCES question (id) ON DELETE SET NULL, 
    CONSTRAINT fk_proposal_expert_id_member FOREIGN KEY(expert_id) REFERENCES member (id) ON DELETE SET NULL, 
    CONSTRAINT fk_proposal_asker_id_member FOREIGN KEY(asker_id) REFERENCES member (id) ON DELETE SET NULL, 
    CONSTRAINT fk_proposal_case_id_case_snippet FOREIGN KEY(case_id) REFERENCES case_snippet (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX uq_proposal_conversation ON proposal (conversation_id);
CREATE INDEX ix_proposal_question_id ON proposal (question_id);
CREATE INDEX ix_proposal_expert_id ON proposal (expert_id);
CREATE INDEX ix_proposal_asker_id ON proposal (asker_id);
CREATE INDEX ix_proposal_case_id ON proposal (case_id);
CREATE INDEX ix_proposal_state ON proposal (state);
CREATE TABLE citation (
    id INTEGER NOT NULL, 
    proposal_id INTEGER NOT NULL, 
    member_id INTEGER, 
    part VARCHAR(32) NOT NULL, 
    shown VARCHAR(32), 
    wording VARCHAR NOT NULL, 
    plain VARCHAR NOT NULL, 
    at DATETIME, 
    CONSTRAINT pk_citation PRIMARY KEY (id), 
    CONSTRAINT fk_citation_proposal_id_proposal FOREIGN KEY(proposal_id) REFERENCES proposal (id) ON DELETE CASCADE, 
    CONSTRAINT fk_citation_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE SET NULL
);
CREATE INDEX ix_citation_proposal_id ON citation (proposal_id);
CREATE INDEX ix_citation_member_id ON citation (member_id);
CREATE UNIQUE INDEX uq_citation_part ON citation (proposal_id, part);
CREATE TABLE posted_question (
    id INTEGER NOT NULL, 
    asker_id INTEGER NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    drawn VARCHAR(32) NOT NULL, 
    text VARCHAR NOT NULL, 
    language VARCHAR NOT NULL, 
    shown_as VARCHAR(32) NOT NULL, 
    shown JSON NOT NULL, 
    posted_at DATETIME, 
    ended_at DATETIME, 
    CONSTRAINT pk_posted_question PRIMARY KEY (id), 
    CONSTRAINT fk_posted_question_id_question FOREIGN KEY(id) REFERENCES question (id) ON DELETE CASCADE, 
    CONSTRAINT fk_posted_question_asker_id_member FOREIGN KEY(asker_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_posted_question_asker_id ON posted_question (asker_id);
CREATE INDEX ix_posted_question_state ON posted_question (state);
CREATE TABLE posting (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    question_id INTEGER NOT NULL, 
    platform VARCHAR NOT NULL, 
    workspace VARCHAR NOT NULL, 
    channel VARCHAR NOT NULL, 
    name VARCHAR NOT NULL, 
    "key" VARCHAR NOT NULL, 
    CONSTRAINT fk_posting_question_id_posted_question FOREIGN KEY(question_id) REFERENCES posted_question (id) ON DELETE CASCADE
);
CREATE INDEX ix_posting_question_id ON posting (question_id);
CREATE INDEX ix_posting_key ON posting ("key");
CREATE UNIQUE INDEX uq_posting_room ON posting (question_id, platform, workspace, channel);
CREATE TABLE public_answer (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    question_id INTEGER NOT NULL, 
    platform VARCHAR NOT NULL, 
    channel VARCHAR NOT NULL, 
    message VARCHAR NOT NULL, 
    account_key VARCHAR NOT NULL, 
    author VARCHAR NOT NULL, 
    room VARCHAR NOT NULL, 
    text VARCHAR NOT NULL, 
    solution BOOLEAN NOT NULL, 
    at DATETIME NOT NULL, 
    CONSTRAINT fk_public_answer_question_id_posted_question FOREIGN KEY(question_id) REFERENCES posted_question (id) ON DELETE CASCADE
);
CREATE INDEX ix_public_answer_question_id ON public_answer (question_id);
CREATE INDEX ix_public_answer_account_key ON public_answer (account_key);
CREATE UNIQUE INDEX uq_public_answer_message ON public_answer (platform, channel, message);
CREATE TABLE postcard (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    conversation_id INTEGER NOT NULL, 
    author_id INTEGER, 
    state VARCHAR(32) NOT NULL, 
    revision INTEGER NOT NULL, 
    learnt VARCHAR NOT NULL, 
    will_try VARCHAR NOT NULL, 
    at DATETIME NOT NULL, 
    approved_at DATETIME, 
    CONSTRAINT fk_postcard_conversation_id_conversation FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE, 
    CONSTRAINT fk_postcard_author_id_member FOREIGN KEY(author_id) REFERENCES member (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX uq_postcard_conversation ON postcard (conversation_id);
CREATE INDEX ix_postcard_author_id ON postcard (author_id);
CREATE TABLE postcard_part (
    id INTEGER NOT NULL, 
    postcard_id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    approved BOOLEAN NOT NULL, 
    reuse VARCHAR(32), 
    due_at DATETIME, 
    times_asked INTEGER NOT NULL, 
    asked_at DATETIME, 
    message VARCHAR NOT NULL, 
    note VARCHAR NOT NULL, 
    answered_at DATETIME, 
    CONSTRAINT pk_postcard_part PRIMARY KEY (id), 
    CONSTRAINT fk_postcard_part_postcard_id_postcard FOREIGN KEY(postcard_id) REFERENCES postcard (id) ON DELETE CASCADE, 
    CONSTRAINT fk_postcard_part_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_postcard_part_postcard_id ON postcard_part (postcard_id);
CREATE INDEX ix_postcard_part_member_id ON postcard_part (member_id);
CREATE INDEX ix_postcard_part_due_at ON postcard_part (due_at);
CREATE UNIQUE INDEX uq_postcard_part ON postcard_part (postcard_id, member_id);
CREATE TABLE prompt_schedule (
    id INTEGER NOT NULL, 
    programme_id INTEGER NOT NULL, 
    timetable JSON NOT NULL, 
    next_due_at DATETIME, 
    CONSTRAINT pk_prompt_schedule PRIMARY KEY (id), 
    CONSTRAINT fk_prompt_schedule_programme_id_programme FOREIGN KEY(programme_id) REFERENCES programme (id) ON DELETE CASCADE
);
CREATE INDEX ix_prompt_schedule_programme_id ON prompt_schedule (programme_id);
CREATE UNIQUE INDEX uq_prompt_schedule_programme ON prompt_schedule (programme_id);
CREATE TABLE prompt (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    programme_id INTEGER NOT NULL, 
    source VARCHAR(32) NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    library_id VARCHAR NOT NULL, 
    text VARCHAR NOT NULL, 
    community VARCHAR(32), 
    places JSON NOT NULL, 
    question_id INTEGER, 
    asker_id INTEGER, 
    rank INTEGER NOT NULL, 
    asked_at DATETIME, 
    decided_at DATETIME, 
    posted_at DATETIME, 
    CONSTRAINT fk_prompt_programme_id_programme FOREIGN KEY(programme_id) REFERENCES programme (id) ON DELETE CASCADE, 
    CONSTRAINT fk_prompt_question_id_question FOREIGN KEY(question_id) REFERENCES question (id) ON DELETE SET NULL, 
    CONSTRAINT fk_prompt_asker_id_member FOREIGN KEY(asker_id) REFERENCES member (id) ON DELETE SET NULL
);
CREATE INDEX ix_prompt_programme_id ON prompt (programme_id);
CREATE INDEX ix_prompt_asker_id ON prompt (asker_id);
CREATE INDEX ix_prompt_queue ON prompt (programme_id, state, rank);
CREATE UNIQUE INDEX uq_prompt_question ON prompt (question_id);
CREATE TABLE prompt_post (
    id INTEGER NOT NULL, 
    prompt_id INTEGER NOT NULL, 
    platform VARCHAR NOT NULL, 
    workspace VARCHAR NOT NULL, 
    channel VARCHAR NOT NULL, 
    "key" VARCHAR NOT NULL, 
    CONSTRAINT pk_prompt_post PRIMARY KEY (id), 
    CONSTRAINT fk_prompt_post_prompt_id_prompt FOREIGN KEY(prompt_id) REFERENCES prompt (id) ON DELETE CASCADE
);
CREATE INDEX ix_prompt_post_prompt_id ON prompt_post (prompt_id);
CREATE INDEX ix_prompt_post_channel ON prompt_post (platform, channel);
CREATE UNIQUE INDEX uq_prompt_post_key ON prompt_post ("key");
CREATE TABLE prompt_answer (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    prompt_id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    platform VARCHAR NOT NULL, 
    workspace VARCHAR NOT NULL, 
    channel VARCHAR NOT NULL, 
    message VARCHAR NOT NULL, 
    text VARCHAR NOT NULL, 
    at DATETIME NOT NULL, 
    suggested_at DATETIME, 
    CONSTRAINT fk_prompt_answer_prompt_id_prompt FOREIGN KEY(prompt_id) REFERENCES prompt (id) ON DELETE CASCADE, 
    CONSTRAINT fk_prompt_answer_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_prompt_answer_prompt_id ON prompt_answer (prompt_id);
CREATE INDEX ix_prompt_answer_member_id ON prompt_answer (member_id);
CREATE UNIQUE INDEX uq_prompt_answer_message ON prompt_answer (platform, channel, message);
CREATE TABLE meeting (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    conversation_id INTEGER NOT NULL, 
    uid VARCHAR NOT NULL, 
    batch INTEGER NOT NULL, 
    sequence INTEGER NOT NULL, 
    agreed_batch INTEGER NOT NULL, 
    agreed_at DATETIME, 
    created_at DATETIME NOT NULL, 
    CONSTRAINT fk_meeting_conversation_id_conversation FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX uq_meeting_conversation ON meeting (conversation_id);
CREATE INDEX ix_meeting_conversation_id ON meeting (conversation_id);
CREATE TABLE meeting_slot (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    meeting_id INTEGER NOT NULL, 
    batch INTEGER NOT NULL, 
    starts_at DATETIME NOT NULL, 
    ends_at DATETIME NOT NULL, 
    CONSTRAINT fk_meeting_slot_meeting_id_meeting FOREIGN KEY(meeting_id) REFERENCES meeting (id) ON DELETE CASCADE
);
CREATE INDEX ix_meeting_slot_meeting_id ON meeting_slot (meeting_id);
CREATE UNIQUE INDEX uq_meeting_slot_start ON meeting_slot (meeting_id, starts_at);
CREATE TABLE meeting_choice (
    id INTEGER NOT NULL, 
    slot_id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    CONSTRAINT pk_meeting_choice PRIMARY KEY (id), 
    CONSTRAINT fk_meeting_choice_slot_id_meeting_slot FOREIGN KEY(slot_id) REFERENCES meeting_slot (id) ON DELETE CASCADE, 
    CONSTRAINT fk_meeting_choice_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_meeting_choice_slot_id ON meeting_choice (slot_id);
CREATE INDEX ix_meeting_choice_member_id ON meeting_choice (member_id);
CREATE UNIQUE INDEX uq_meeting_choice ON meeting_choice (slot_id, member_id);
CREATE TABLE reporting_line (
    id INTEGER NOT NULL, 
    member_id INTEGER NOT NULL, 
    chief_id INTEGER NOT NULL, 
    by_steward BOOLEAN NOT NULL, 
    CONSTRAINT pk_reporting_line PRIMARY KEY (id), 
    CONSTRAINT fk_reporting_line_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE, 
    CONSTRAINT fk_reporting_line_chief_id_member FOREIGN KEY(chief_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_reporting_line_member_id ON reporting_line (member_id);
CREATE INDEX ix_reporting_line_chief_id ON reporting_line (chief_id);
CREATE UNIQUE INDEX uq_reporting_line_pair ON reporting_line (member_id, chief_id, by_steward);
CREATE TABLE assistant (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
    member_id INTEGER NOT NULL, 
    account_key VARCHAR NOT NULL, 
    name VARCHAR NOT NULL, 
    locale VARCHAR NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    asked_at DATETIME NOT NULL, 
    answered_at DATETIME, 
    CONSTRAINT fk_assistant_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
);
CREATE INDEX ix_assistant_member_id ON assistant (member_id);
CREATE INDEX ix_assistant_account_key ON assistant (account_key);
CREATE UNIQUE INDEX uq_assistant_account ON assistant (member_id, account_key);
INSERT INTO alembic_version VALUES ('0016');
INSERT INTO news_pass VALUES (1, 0, 0, 0);
