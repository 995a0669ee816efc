package naru.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.TreeSet;
import naru.protocol.message.ApiKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is kept was chosen, or broke something once; none of it breaks anything again. */
@Timeout(60)
class CorpusTest {

    @ParameterizedTest
    @EnumSource
    void everyInputThatIsKept(Target target) {
        var kept = Corpus.of(target);
        assertThat(kept).isNotEmpty();
        kept.forEach((name, input) -> feed(target, name, input));
    }

    @Test
    void everyRequestThatIsKeptReadInEveryVersion() {
        Corpus.of(Target.REQUESTS).forEach((name, input) -> {
            byte[] otherwise = input.clone();
            for (int version = 0; input.length >= RequestsTarget.HEAD && version < 24; version++) {
                otherwise[1] = (byte) version;
                feed(Target.REQUESTS, name + " in version " + version, otherwise);
            }
        });
    }

    @Test
    void everyApiIsThere() {
        var there = new TreeSet<ApiKey>();
        Corpus.of(Target.REQUESTS).values().forEach(input -> there.add(ApiKey.of(input[0])));
        assertThat(ApiKey.values()).allSatisfy(api -> {
            if (api.versionMin() <= api.stableMax()) {
                assertThat(there).contains(api);
            }
        });
    }

    private static void feed(Target target, String name, byte[] input) {
        try {
            target.feed(input);
        } catch (Throwable broken) {
            fail(target + " broke on " + name, broken);
        }
    }
}
