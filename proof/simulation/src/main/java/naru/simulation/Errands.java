package naru.simulation;

import java.util.function.Consumer;
import java.util.function.Supplier;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;

/**
 * A client that asks one thing at a time, and asks it again, whatever happens to its connection, until it has an answer that
 * it can use. Now and then it loses patience with a slow connection and asks through a new one, while the first question
 * may still be on its way.
 */
final class Errands implements Caller.User {

    private record Errand(ApiKey api, int version, Supplier<Message> request, Consumer<Message> answer) {}

    private final World world;
    private final Caller caller;
    private final SimulatedRandomness dice;
    /** What has no answer yet; null when everything was answered. */
    private Errand current;
    private Errand answered;
    private boolean underWay;
    private boolean dead;

    Errands(String name, World world) {
        this.world = world;
        this.dice = world.dice().fork(name + "'s errands");
        this.caller = new Caller(name, world, this);
    }

    void start() {
        caller.connect();
    }

    /** Never says anything again; what is on its way still arrives. */
    void kill() {
        dead = true;
        caller.end();
    }

    /** Null where there is only one broker. */
    Router router() {
        return caller.router();
    }

    boolean isDead() {
        return dead;
    }

    /** @param answer hears every answer; to one that is of no use it says {@link #again} */
    void ask(ApiKey api, int version, Supplier<Message> request, Consumer<Message> answer) {
        current = new Errand(api, version, request, answer);
        underWay = false;
        send();
    }

    /** Asks behind the question that was asked last, on the same connection, and never again: the answer is heard if it comes. */
    void aside(ApiKey api, int version, Supplier<Message> request, Consumer<Message> answer) {
        if (underWay && !dead && caller.isConnected()) {
            caller.ask(api, version, request.get(), message -> {
                if (!dead) {
                    answer.accept(message);
                }
            });
        }
    }

    /** The same question once more, a little later. */
    void again() {
        var errand = answered;
        world.timeline().afterMs(dice.between(5, 150), () -> {
            if (current == null && answered == errand) {
                current = errand;
                send();
            }
        });
    }

    /** Does something later, unless it was killed in between. */
    void later(long ms, Runnable what) {
        world.timeline().afterMs(ms, () -> {
            if (!dead) {
                what.run();
            }
        });
    }

    private void send() {
        if (dead || underWay || current == null || !caller.isConnected()) {
            return;
        }
        underWay = true;
        var errand = current;
        caller.ask(errand.api, errand.version, errand.request.get(), message -> {
            if (current == errand && !dead) {
                underWay = false;
                current = null;
                answered = errand;
                errand.answer.accept(message);
            }
        });
        if (!world.isCalm() && errand.api == ApiKey.END_TXN && dice.onceIn(6)) {
            world.timeline().afterMs(dice.between(1, 60), () -> {
                if (current == errand && underWay && !dead) {
                    caller.hangUp("impatient for " + errand.api);
                }
            });
        }
    }

    @Override
    public void onReady() {
        send();
    }

    @Override
    public void onLost(String why) {
        underWay = false;
    }

    @Override
    public String toString() {
        return (dead ? "dead, " : "") + (current == null ? "nothing to ask" : "asking " + current.api)
                + (underWay ? ", under way" : "") + (caller.isConnected() ? "" : ", not connected");
    }
}
