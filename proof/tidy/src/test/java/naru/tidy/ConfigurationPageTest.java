package naru.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import naru.configuration.ConfigKeys;
import org.junit.jupiter.api.Test;

/** The reference says what the code says. {@code ./run reference} writes it anew, by this test with {@code -Dnaru.reference=write}. */
class ConfigurationPageTest {

    private static final String PAGE = "docs/operating/configuration.md";

    private final Checkout checkout = Checkout.ofThisBuild();

    @Test
    void theReferenceIsWhatTheCodeSays() throws IOException {
        String made = ConfigurationPage.text(SettingsPage.of(checkout));
        if ("write".equals(System.getProperty("naru.reference"))) {
            Files.writeString(checkout.root().resolve(PAGE), made);
        }
        assertThat(checkout.text(PAGE)).as(PAGE + " is old: ./run reference writes it anew").isEqualTo(made);
    }

    @Test
    void everyKeySaysWhatItDoes() {
        var silent = new ArrayList<String>();
        for (var keys : List.of(ConfigKeys.BROKER, ConfigKeys.TOPIC, ConfigKeys.GROUP, ConfigKeys.CLIENT_METRICS)) {
            keys.all().stream().filter(key -> key.says().isBlank()).forEach(key -> silent.add(key.name()));
        }
        assertThat(silent).isEmpty();
    }

    /** A page that speaks of a key means one that there is. */
    @Test
    void whatIsSaidOfOtherKeysIsSpeltAsTheyAre() {
        var unknown = new ArrayList<String>();
        for (var key : ConfigKeys.BROKER.all()) {
            for (var word : (key.says() + " " + key.breaks()).split("[\\s,;:()]+")) {
                String name = word.replaceAll("\\.$", "");
                boolean isKey = name.matches("(log|group|offsets|transaction|broker|controller|replica)(\\.[a-z]+){2,}");
                if (isKey && ConfigKeys.BROKER.get(name) == null) {
                    unknown.add(key.name() + " speaks of " + name);
                }
            }
        }
        assertThat(unknown).isEmpty();
    }
}
