package naru.histories;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Ways to put one anomaly into a history that is right. */
enum Planted {
    LOST_PLAIN_WRITE(Anomaly.LOST_WRITE) {
        @Override
        void into(Edit edit) {
            var lost = edit.any(edit.sends(send -> edit.isPlain(send) && edit.isPassedByAuditor(send)));
            edit.removeFromPolls(seen -> seen.value().equals(lost.value()));
        }
    },
    LOST_TRANSACTION(Anomaly.LOST_WRITE) {
        @Override
        void into(Edit edit) {
            var lost = edit.any(edit.committed().stream()
                    .filter(name -> edit.sendsOf(name).stream().allMatch(edit::isPassedByAuditor)
                            && !edit.sendsOf(name).isEmpty()).toList());
            var values = edit.sendsOf(lost).stream().map(Operation.Send::value).toList();
            edit.removeFromPolls(seen -> values.contains(seen.value()));
        }
    },
    CONSUMED_AND_NEVER_ANSWERED(Anomaly.LOST_WRITE) {
        @Override
        void into(Edit edit) {
            var answer = edit.any(edit.sends(send -> send.cause() != null && edit.isSeen(send.value())));
            edit.replace(operation -> operation instanceof Operation.Send send && send.value().equals(answer.value())
                    ? new Operation.Send(send.transaction(), send.partition(), send.offset(), send.value(), null) : operation);
        }
    },
    STANDS_TWICE(Anomaly.DUPLICATE) {
        @Override
        void into(Edit edit) {
            var twice = edit.any(edit.sends(send -> edit.isSeen(send.value())));
            edit.auditorSees(new Seen(twice.partition(), edit.beyond(twice.partition()), twice.value()));
        }
    },
    ANSWERED_TWICE(Anomaly.DUPLICATE) {
        @Override
        void into(Edit edit) {
            var answer = edit.any(edit.sends(send -> send.cause() != null && edit.isSeen(send.value())));
            long offset = edit.beyond(answer.partition());
            edit.append("zombie", Stage.INVOKE, new Operation.Send(null, answer.partition(), -1, "again", answer.cause()));
            edit.append("zombie", Stage.OK, new Operation.Send(null, answer.partition(), offset, "again", answer.cause()));
            edit.auditorSees(new Seen(answer.partition(), offset, "again"));
        }
    },
    FAILED_SEND_IS_READ(Anomaly.ABORTED_READ) {
        @Override
        void into(Edit edit) {
            edit.append("x", Stage.FAIL, new Operation.Send(null, "t-0", -1, "failed", null));
            edit.auditorSees(new Seen("t-0", edit.beyond("t-0"), "failed"));
        }
    },
    ABORTED_TRANSACTION_IS_READ(Anomaly.ABORTED_READ) {
        @Override
        void into(Edit edit) {
            var aborted = edit.any(edit.acknowledged(send -> edit.isAborted(send.transaction())));
            edit.insertIntoAuditorsPolls(new Seen(aborted.partition(), aborted.offset(), aborted.value()));
        }
    },
    OFFSETS_OF_AN_ABORTED_TRANSACTION(Anomaly.ABORTED_READ) {
        @Override
        void into(Edit edit) {
            edit.commitOffsets("never", 7);
            edit.append("x", Stage.INVOKE, new Operation.Abort("never"));
            edit.append("x", Stage.OK, new Operation.FindOffsets("other", Map.of("in-0", 7L)));
        }
    },
    READ_BEFORE_ITS_COMMIT(Anomaly.PRECOMMITTED_READ) {
        @Override
        void into(Edit edit) {
            var name = edit.any(edit.committed().stream()
                    .filter(one -> edit.sendsOf(one).stream().anyMatch(send -> edit.isSeen(send.value()))).toList());
            edit.moveToEnd(event -> event.operation() instanceof Operation.Commit(var of) && of.equals(name));
        }
    },
    OFFSETS_BEFORE_THEIR_COMMIT(Anomaly.PRECOMMITTED_READ) {
        @Override
        void into(Edit edit) {
            edit.commitOffsets("late", 7);
            edit.append("x", Stage.OK, new Operation.FindOffsets("other", Map.of("in-0", 7L)));
            edit.append("x", Stage.INVOKE, new Operation.Commit("late"));
            edit.append("x", Stage.OK, new Operation.Commit("late"));
        }
    },
    INVENTED_RECORD(Anomaly.INVENTED) {
        @Override
        void into(Edit edit) {
            edit.auditorSees(new Seen("t-1", edit.beyond("t-1"), "nobody's"));
        }
    },
    INVENTED_OFFSET(Anomaly.INVENTED) {
        @Override
        void into(Edit edit) {
            edit.append("x", Stage.OK, new Operation.FindOffsets("other", Map.of("in-0", 7L)));
        }
    },
    ONE_OFFSET_TWO_RECORDS(Anomaly.INCONSISTENT_OFFSETS) {
        @Override
        void into(Edit edit) {
            var covered = edit.any(edit.sends(send -> edit.isPlain(send) && edit.isSeen(send.value())));
            edit.append("x", Stage.INVOKE, new Operation.Send(null, covered.partition(), -1, "instead", null));
            edit.rewritePolls("auditor", seen -> seen.value().equals(covered.value())
                    ? List.of(new Seen(seen.partition(), seen.offset(), "instead")) : List.of(seen));
        }
    },
    ACKNOWLEDGED_ELSEWHERE(Anomaly.INCONSISTENT_OFFSETS) {
        @Override
        void into(Edit edit) {
            var wrong = edit.any(edit.acknowledged(send -> edit.isPlain(send) && edit.isSeen(send.value())));
            edit.replace(operation -> operation instanceof Operation.Send send && send.value().equals(wrong.value())
                    && send.offset() >= 0
                    ? new Operation.Send(null, send.partition(), edit.beyond(send.partition()), send.value(), null) : operation);
        }
    },
    SKIPPED_BETWEEN_POLLS(Anomaly.POLL_SKIP) {
        @Override
        void into(Edit edit) {
            edit.skip(edit.middlePoll());
        }
    },
    SKIPPED_BETWEEN_POLLS_OF_ONE_TRANSACTION(Anomaly.INTERNAL_POLL_SKIP) {
        @Override
        void into(Edit edit) {
            var middle = edit.middlePoll();
            edit.skip(middle);
            edit.wrap(middle);
        }
    },
    SKIPPED_WITHIN_A_POLL(Anomaly.INTERNAL_POLL_SKIP) {
        @Override
        void into(Edit edit) {
            int at = edit.pollWithAtLeast(3);
            var seen = new ArrayList<>(edit.polled(at));
            seen.remove(edit.indexOfRun(seen, 3) + 1);
            edit.poll(at, seen);
        }
    },
    REPEATED_POLL(Anomaly.NONMONOTONIC_POLL) {
        @Override
        void into(Edit edit) {
            edit.repeat(edit.middlePoll().at());
        }
    },
    REPEATED_POLL_IN_A_TRANSACTION(Anomaly.INTERNAL_NONMONOTONIC_POLL) {
        @Override
        void into(Edit edit) {
            var middle = edit.middlePoll();
            edit.repeat(middle.at());
            edit.wrap(new Edit.Middle(middle.before(), middle.at(), middle.after() + 1, middle.partition()));
        }
    },
    REPEATED_WITHIN_A_POLL(Anomaly.INTERNAL_NONMONOTONIC_POLL) {
        @Override
        void into(Edit edit) {
            int at = edit.pollWithAtLeast(2);
            var seen = new ArrayList<>(edit.polled(at));
            int first = edit.indexOfRun(seen, 2);
            seen.add(first, seen.get(first));
            edit.poll(at, seen);
        }
    },
    SENDS_CHANGED_PLACES(Anomaly.NONMONOTONIC_SEND) {
        @Override
        void into(Edit edit) {
            edit.exchangeTwoSends(false);
        }
    },
    SENDS_OF_A_TRANSACTION_CHANGED_PLACES(Anomaly.INTERNAL_NONMONOTONIC_SEND) {
        @Override
        void into(Edit edit) {
            edit.exchangeTwoSends(true);
        }
    },
    BEHIND_THE_LAST_POLL(Anomaly.UNSEEN) {
        @Override
        void into(Edit edit) {
            edit.append("x", Stage.OK, new Operation.Send(null, "t-0", edit.beyond("t-0"), "unseen", null));
        }
    },
    TORN_BETWEEN_RECORDS(Anomaly.TORN_TRANSACTION) {
        @Override
        void into(Edit edit) {
            var torn = edit.any(edit.committed().stream()
                    .filter(name -> edit.sendsOf(name).size() > 1
                            && edit.sendsOf(name).stream().allMatch(edit::isPassedByAuditor)).toList());
            var lost = edit.any(edit.sendsOf(torn));
            edit.removeFromPolls(seen -> seen.value().equals(lost.value()));
        }
    },
    TORN_BETWEEN_RECORDS_AND_OFFSETS(Anomaly.TORN_TRANSACTION) {
        @Override
        void into(Edit edit) {
            var last = (Operation.FindOffsets) edit.last().operation();
            var offsets = new TreeMap<>(last.offsets());
            offsets.put("in-0", 0L);
            edit.replace(operation -> operation == last ? new Operation.FindOffsets(last.group(), offsets) : operation);
        }
    };

    private final Anomaly anomaly;

    Planted(Anomaly anomaly) {
        this.anomaly = anomaly;
    }

    abstract void into(Edit edit);

    /** False when this history has no place for it. */
    boolean into(List<Event> history, Random random) {
        try {
            into(new Edit(history, random));
            return true;
        } catch (Edit.NoPlace _) {
            return false;
        }
    }

    static List<Planted> of(Anomaly anomaly) {
        return List.of(values()).stream().filter(one -> one.anomaly == anomaly).toList();
    }
}
