package naru.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import naru.configuration.ClusterDefaults;
import naru.configuration.ConfigKeys;
import org.junit.jupiter.api.Test;

/** What the pages on clusters say of defaults is what the code has: ours, and Kafka's. */
class ClusterTimesTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.]+)` \\| (\\d+) \\| (\\d+) \\|");

    @Test
    void theTablesSayWhatHolds() throws Exception {
        var checkout = Checkout.ofThisBuild();
        var ours = new TreeMap<String, String>();
        var kafkas = new TreeMap<String, String>();
        for (var page : List.of("docs/operating/cluster.md", "docs/operating/quorum.md")) {
            ROW.matcher(checkout.text(page)).results().forEach(row -> {
                ours.put(row.group(1), row.group(2));
                kafkas.put(row.group(1), row.group(3));
            });
        }
        assertThat(ours).isEqualTo(ClusterDefaults.MS);
        kafkas.forEach((key, value) -> assertThat(ConfigKeys.BROKER.get(key).defaultValue()).as(key).isEqualTo(value));
    }
}
