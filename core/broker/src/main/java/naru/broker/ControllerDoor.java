package naru.broker;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import naru.client.Exchange;
import naru.client.Reply;
import naru.protocol.ErrorCode;
import naru.protocol.MalformedMessage;
import naru.protocol.Message;
import naru.protocol.message.AllocateProducerIdsResponse;
import naru.protocol.message.AlterPartitionResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.AssignReplicasToDirsResponse;
import naru.protocol.message.ControllerRegistrationResponse;
import naru.protocol.message.EnvelopeResponse;

/**
 * The way to whichever node decides: this one, or another, or for a while nobody. What is asked is kept until it is
 * answered or its time is over, and is asked again when the one that was asked does not decide any more, or has gone: as
 * Kafka's brokers do. So a change may be asked for twice; each of these changes is refused, or does no harm, when it has been
 * made. Those that would do harm are given back to whoever asked ({@link Errand#isAskedOnce}). On lane 0.
 */
final class ControllerDoor {

    private static final int RETRY_MS = 50;

    private final LaneBroker lane;
    private final BooleanSupplier decidesHere;
    private final ControllerLine line;
    private final long answerMsMax;
    private final Set<Errand> waiting = new LinkedHashSet<>();
    private final Set<Errand> underWay = new LinkedHashSet<>();
    /** Asked in vain; asked again when they have rested. */
    private final Set<Errand> resting = new LinkedHashSet<>();
    private boolean triesAgain;

    ControllerDoor(LaneBroker lane, BooleanSupplier decidesHere) {
        this.lane = lane;
        this.decidesHere = decidesHere;
        this.answerMsMax = lane.broker().settings().integer("controller.socket.timeout.ms");
        this.line = new ControllerLine(lane, new Exchange.Rules(
                "broker-" + lane.broker().nodeId() + "-forwarding", answerMsMax, lane.limits().requestsInFlightMax()), this::pump);
    }

    void ask(Errand errand) {
        if (waiting.size() + underWay.size() + resting.size() >= lane.limits().commandsWaitingMax()) {
            errand.decline(ErrorCode.NOT_CONTROLLER);
            return;
        }
        errand.endsBy(lane.afterMs(answerMsMax, () -> giveUp(errand)));
        waiting.add(errand);
        pump();
    }

    private void giveUp(Errand errand) {
        if (waiting.remove(errand) || underWay.remove(errand) || resting.remove(errand)) {
            errand.nextAttempt();
            errand.decline(ErrorCode.REQUEST_TIMED_OUT);
        }
    }

    /** Another node decides now, or nobody (-1), or this one: what the one before has not answered is asked again. */
    void leaderIs(int id) {
        line.leaderIs(id);
        var asked = List.copyOf(underWay);
        underWay.clear();
        for (var errand : asked) {
            errand.nextAttempt();
            if (errand.isAskedOnce()) {
                errand.decline(ErrorCode.NOT_CONTROLLER);
            } else {
                waiting.add(errand);
            }
        }
        pump();
    }

    private void pump() {
        while (!waiting.isEmpty()) {
            if (decidesHere.getAsBoolean()) {
                askHere(takeNext());
                continue;
            }
            var exchange = line.exchange();
            // Nothing is sealed before it is known in which version the other side can open it.
            if (exchange == null || !exchange.isOpen() || !exchange.hasRoom()) {
                tryAgainLater();
                return;
            }
            send(exchange, takeNext());
        }
    }

    private Errand takeNext() {
        var next = waiting.iterator().next();
        waiting.remove(next);
        underWay.add(next);
        return next;
    }

    private void tryAgainLater() {
        if (!triesAgain) {
            triesAgain = true;
            lane.afterMs(RETRY_MS, () -> {
                triesAgain = false;
                waiting.addAll(resting);
                resting.clear();
                pump();
            });
        }
    }

    private void askHere(Errand errand) {
        int attempt = errand.nextAttempt();
        errand.here().ask(answer -> settle(errand, attempt, answer), () -> lost(errand, attempt));
    }

    private void send(Exchange exchange, Errand errand) {
        int attempt = errand.nextAttempt();
        var api = errand.api();
        int version = exchange.versionOf(api);
        if (version < 0) {
            underWay.remove(errand);
            errand.decline(ErrorCode.UNSUPPORTED_VERSION);
        } else if (errand.asker() == null) {
            exchange.ask(api, errand.question(), reply -> onReply(errand, attempt, reply));
        } else {
            exchange.ask(ApiKey.ENVELOPE, Envelopes.seal(api, version, errand.question(), errand.asker()),
                    reply -> onEnvelope(errand, attempt, version, reply));
        }
    }

    private void onReply(Errand errand, int attempt, Reply reply) {
        switch (reply) {
            case Reply.Answered(Message answer, int _) -> {
                if (isFromNoController(answer)) {
                    again(errand, attempt);
                } else {
                    settle(errand, attempt, answer);
                }
            }
            case Reply.Lost(var _, boolean sent) -> {
                if (sent) {
                    lost(errand, attempt);
                } else {
                    again(errand, attempt);
                }
            }
            case Reply.Unspoken _ -> decline(errand, attempt, ErrorCode.UNSUPPORTED_VERSION);
        }
        pump();
    }

    private static boolean isFromNoController(Message answer) {
        short error = switch (answer) {
            case AllocateProducerIdsResponse it -> it.errorCode();
            case AlterPartitionResponse it -> it.errorCode();
            case AssignReplicasToDirsResponse it -> it.errorCode();
            case ControllerRegistrationResponse it -> it.errorCode();
            default -> ErrorCode.NONE.code();
        };
        return error == ErrorCode.NOT_CONTROLLER.code();
    }

    private void onEnvelope(Errand errand, int attempt, int version, Reply reply) {
        if (reply instanceof Reply.Answered(EnvelopeResponse answer, int _)) {
            onEnvelope(errand, attempt, version, answer);
            pump();
        } else {
            onReply(errand, attempt, reply);
        }
    }

    private void onEnvelope(Errand errand, int attempt, int version, EnvelopeResponse answer) {
        if (answer.errorCode() == ErrorCode.NOT_CONTROLLER.code()
                || answer.errorCode() == ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code()) {
            again(errand, attempt); // it does not decide, or has not heard of this broker yet
        } else if (answer.errorCode() == ErrorCode.UNSUPPORTED_VERSION.code()) {
            decline(errand, attempt, ErrorCode.UNSUPPORTED_VERSION);
        } else if (answer.errorCode() != ErrorCode.NONE.code() || answer.responseData() == null) {
            decline(errand, attempt, ErrorCode.UNKNOWN_SERVER_ERROR);
        } else {
            try {
                settle(errand, attempt, Envelopes.openAnswer(errand.api(), version, answer.responseData()));
            } catch (MalformedMessage _) {
                decline(errand, attempt, ErrorCode.UNKNOWN_SERVER_ERROR);
            }
        }
    }

    private void settle(Errand errand, int attempt, Message answer) {
        if (errand.isAt(attempt) && underWay.remove(errand)) {
            errand.answer(answer);
        }
    }

    private void decline(Errand errand, int attempt, ErrorCode why) {
        if (errand.isAt(attempt) && underWay.remove(errand)) {
            errand.decline(why);
        }
    }

    /** It may have been heard, and may still be granted. */
    private void lost(Errand errand, int attempt) {
        if (errand.isAskedOnce()) {
            decline(errand, attempt, ErrorCode.NOT_CONTROLLER);
        } else {
            again(errand, attempt);
        }
    }

    private void again(Errand errand, int attempt) {
        if (errand.isAt(attempt) && underWay.remove(errand)) {
            resting.add(errand);
            tryAgainLater();
        }
    }
}
