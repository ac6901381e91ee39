BEGIN TRANSACTION;
CREATE TABLE action (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('rate', 'bury', 'unbury', 'suspend', 'unsuspend',
                                           'tick', 'note', 'undo', 'redo')),
        card TEXT NOT NULL,
        name TEXT NOT NULL,
        before TEXT NOT NULL,
        after TEXT NOT NULL,
        target INTEGER REFERENCES action (id),
        beneath INTEGER REFERENCES action (id),
        head INTEGER REFERENCES action (id),
        redo INTEGER REFERENCES action (id),
        CHECK ((target IS NOT NULL) = (kind IN ('undo', 'redo')))
    ) STRICT
    ;
INSERT INTO "action" VALUES(1,1767636000123456,'rate','lora-rank','Again on lora-rank','{}','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1}',NULL,NULL,1,NULL);
INSERT INTO "action" VALUES(2,1767636060123456,'bury','lora-rank','Bury on lora-rank','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1}','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1,"buried_until":739622}',NULL,1,2,NULL);
INSERT INTO "action" VALUES(3,1767636120123456,'unbury','lora-rank','Bring back on lora-rank','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1,"buried_until":739622}','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1}',NULL,2,3,NULL);
INSERT INTO "action" VALUES(4,1767636180123456,'suspend','lora-rank','Suspend on lora-rank','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1}','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1,"suspended":1}',NULL,3,4,NULL);
INSERT INTO "action" VALUES(5,1767636240123456,'unsuspend','lora-rank','Unsuspend on lora-rank','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1,"suspended":1}','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1}',NULL,4,5,NULL);
INSERT INTO "action" VALUES(6,1767636300123456,'tick','lora-rank','Tick point 3 on lora-rank','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1}','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1,"ticked":"[2]"}',NULL,5,6,NULL);
INSERT INTO "action" VALUES(7,1767636360123456,'note','lora-rank','Note on lora-rank','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1,"ticked":"[2]"}','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1,"ticked":"[2]","note":"note 6 → α"}',NULL,6,7,NULL);
INSERT INTO "action" VALUES(8,1767637200123456,'rate','nf4-what','Hard on nf4-what','{}','{"phase":"learning","step":0,"stability":1.2931,"difficulty":5.112170705601056,"due":1767637530123456,"last_review":1767637200123456,"last_day":739621,"reps":1}',NULL,7,8,NULL);
INSERT INTO "action" VALUES(9,1767637260123456,'rate','old-name','Easy on old-name','{}','{"phase":"review","stability":8.2956,"difficulty":1.0,"due_day":739628,"interval":7,"last_review":1767637260123456,"last_day":739621,"reps":1}',NULL,8,9,NULL);
INSERT INTO "action" VALUES(10,1767636000123456,'undo','old-name','Undid: Easy on old-name','{"phase":"review","stability":8.2956,"difficulty":1.0,"due_day":739628,"interval":7,"last_review":1767637260123456,"last_day":739621,"reps":1}','{}',9,NULL,8,9);
INSERT INTO "action" VALUES(11,1767636000123456,'redo','old-name','Redid: Easy on old-name','{}','{"phase":"review","stability":8.2956,"difficulty":1.0,"due_day":739628,"interval":7,"last_review":1767637260123456,"last_day":739621,"reps":1}',9,8,9,NULL);
INSERT INTO "action" VALUES(12,1767637800123456,'rate','lora-rank','Again on lora-rank','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1,"ticked":"[2]","note":"note 6 → α"}','{"phase":"learning","step":0,"stability":0.08335671711031604,"difficulty":8.806304468856837,"due":1767637860123456,"last_review":1767637800123456,"last_day":739621,"reps":2,"note":"note 6 → α"}',NULL,9,12,NULL);
INSERT INTO "action" VALUES(13,1767636000123456,'undo','lora-rank','Undid: Again on lora-rank','{"phase":"learning","step":0,"stability":0.08335671711031604,"difficulty":8.806304468856837,"due":1767637860123456,"last_review":1767637800123456,"last_day":739621,"reps":2,"note":"note 6 → α"}','{"phase":"learning","step":0,"stability":0.212,"difficulty":6.4133,"due":1767636060123456,"last_review":1767636000123456,"last_day":739621,"reps":1,"ticked":"[2]","note":"note 6 → α"}',12,NULL,9,12);
CREATE TABLE alias (old TEXT PRIMARY KEY, new TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "alias" VALUES('old-name','new-name');
CREATE TABLE interview (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        record TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "interview" VALUES(1,1767636000123456,'{"version":1,"score":0.5}');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('interview_date','"2026-03-01"');
CREATE TABLE review (
        action INTEGER PRIMARY KEY REFERENCES action (id),
        day INTEGER NOT NULL,
        tz_offset INTEGER NOT NULL,
        rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 4),
        phase TEXT NOT NULL CHECK (phase IN ('new', 'learning', 'review', 'relearning')),
        elapsed_ms INTEGER NOT NULL CHECK (elapsed_ms >= 0),
        hint_used INTEGER NOT NULL CHECK (hint_used IN (0, 1)),
        confidence INTEGER CHECK (confidence BETWEEN 1 AND 3),
        all_musts INTEGER CHECK (all_musts IN (0, 1)),
        ticked TEXT NOT NULL,
        prediction TEXT,
        prediction_right INTEGER CHECK (prediction_right IN (0, 1)),
        response TEXT NOT NULL,
        fsrs_version INTEGER NOT NULL
    , card TEXT NOT NULL DEFAULT '', interval INTEGER NOT NULL DEFAULT 0, opinions TEXT NOT NULL DEFAULT '[]') STRICT
    ;
INSERT INTO "review" VALUES(1,739621,0,1,'new',0,0,NULL,NULL,'[]',NULL,NULL,'',6,'lora-rank',0,'[]');
INSERT INTO "review" VALUES(8,739621,0,2,'new',41000,1,2,0,'[]','NF4',1,'typed: α/r',6,'nf4-what',0,'[["llama3","said","α/r"],["llama3","not said",""]]');
INSERT INTO "review" VALUES(9,739621,0,4,'new',0,0,NULL,NULL,'[]',NULL,NULL,'',6,'old-name',0,'[]');
INSERT INTO "review" VALUES(12,739621,0,1,'learning',0,0,NULL,NULL,'[2]',NULL,NULL,'',6,'lora-rank',0,'[]');
CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        demo TEXT NOT NULL,
        params TEXT NOT NULL,
        seed INTEGER NOT NULL,
        device TEXT NOT NULL,
        versions TEXT NOT NULL,
        measures TEXT NOT NULL,
        claims TEXT NOT NULL,
        wall_s REAL NOT NULL,
        prediction TEXT,
        prediction_right INTEGER CHECK (prediction_right IN (0, 1)),
        card TEXT
    ) STRICT
    ;
INSERT INTO "run" VALUES(1,1767636000123456,'nf4_error','{"block_size":64}',3,'cpu','{"torch":"2.13.0"}','{"rmse":0.092}','{"nf4-beats-fp4":"holds"}',1.25,'NF4',1,'nf4-what');
CREATE TABLE state (
        card TEXT PRIMARY KEY,
        phase TEXT NOT NULL,
        step INTEGER,
        stability REAL,
        difficulty REAL,
        due INTEGER,
        due_day INTEGER,
        interval INTEGER NOT NULL,
        last_review INTEGER,
        last_day INTEGER,
        reps INTEGER NOT NULL,
        lapses INTEGER NOT NULL,
        suspended INTEGER NOT NULL CHECK (suspended IN (0, 1)),
        buried_until INTEGER,
        ticked TEXT NOT NULL,
        note TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "state" VALUES('lora-rank','learning',0,0.212,6.4133,1767636060123456,NULL,0,1767636000123456,739621,1,0,0,NULL,'[2]','note 6 → α');
INSERT INTO "state" VALUES('nf4-what','learning',0,1.2931,5.11217070560105568688e+00,1767637530123456,NULL,0,1767637200123456,739621,1,0,0,NULL,'[]','');
INSERT INTO "state" VALUES('old-name','review',NULL,8.2956,1.0,NULL,739628,7,1767637260123456,739621,1,0,0,NULL,'[]','');
CREATE INDEX run_demo ON run (demo);
CREATE TRIGGER action_keeps_update BEFORE UPDATE ON action BEGIN SELECT RAISE(ABORT, 'the action log is append-only'); END;
CREATE TRIGGER action_keeps_delete BEFORE DELETE ON action BEGIN SELECT RAISE(ABORT, 'the action log is append-only'); END;
CREATE VIEW undone AS
    SELECT target AS action FROM
        (SELECT target, kind, max(id) FROM action WHERE target IS NOT NULL GROUP BY target)
    WHERE kind = 'undo';
CREATE TRIGGER review_keeps_update BEFORE UPDATE ON review BEGIN SELECT RAISE(ABORT, 'the review log is append-only'); END;
CREATE TRIGGER review_keeps_delete BEFORE DELETE ON review BEGIN SELECT RAISE(ABORT, 'the review log is append-only'); END;
CREATE INDEX review_day ON review (day, card, rating);
CREATE INDEX review_card ON review (card);
CREATE INDEX review_new ON review (card) WHERE phase = 'new';
CREATE INDEX action_target ON action (target, kind) WHERE target IS NOT NULL;
COMMIT;
PRAGMA application_id = 1363234896;
PRAGMA user_version = 3;
