package naru.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchersTest {

    private final Watchers watchers = new Watchers();
    private final List<String> told = new ArrayList<>();

    @Test
    void everybodyIsToldOnce() {
        watchers.join(watcher("a"));
        watchers.join(watcher("b"));
        watchers.raised();
        watchers.raised();
        assertThat(told).containsExactly("a", "b");
    }

    @Test
    void whoLeavesIsNotTold() {
        var b = watcher("b");
        watchers.join(watcher("a"));
        watchers.join(b);
        watchers.join(watcher("c"));
        b.leave();
        b.leave();
        watchers.raised();
        assertThat(told).containsExactly("a", "c");
    }

    @Test
    void whoJoinsAgainWhileBeingToldWaitsForTheNextTime() {
        watchers.join(new Watchers.Watcher() {
            @Override
            void onRaised() {
                told.add("again");
                watchers.join(this);
            }
        });
        watchers.raised();
        assertThat(told).hasSize(1);
        watchers.raised();
        assertThat(told).hasSize(2);
    }

    private Watchers.Watcher watcher(String name) {
        return new Watchers.Watcher() {
            @Override
            void onRaised() {
                told.add(name);
            }
        };
    }
}
