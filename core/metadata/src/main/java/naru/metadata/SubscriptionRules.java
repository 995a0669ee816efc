package naru.metadata;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import naru.configuration.ConfigKey;
import naru.configuration.ConfigKeys;
import naru.protocol.ErrorCode;

/** What may be said of a subscription to what clients measure (KIP-714). */
final class SubscriptionRules {

    private static final String INTERVAL = "interval.ms";
    private static final String MATCH = "match";

    /** What a client can be chosen by. */
    private static final Set<String> TRAITS = new TreeSet<>(List.of(
            "client_instance_id", "client_id", "client_software_name", "client_software_version",
            "client_source_address", "client_source_port"));

    private SubscriptionRules() {}

    static void check(String name, String value) throws Refused {
        var key = ConfigKeys.CLIENT_METRICS.get(name);
        if (key == null) {
            throw new Refused(ErrorCode.INVALID_REQUEST, "Unknown client metrics configuration: " + name);
        }
        String complaint = key.complaint(value);
        if (complaint != null) {
            throw new Refused(ErrorCode.INVALID_REQUEST, name.equals(INTERVAL)
                    ? "Invalid value " + value + " for interval.ms, interval must be between 100 and 3600000 (1 hour)"
                    : complaint);
        }
        if (name.equals(MATCH)) {
            for (var pattern : ConfigKey.split(value)) {
                checkPattern(pattern);
            }
        }
    }

    /** {@code trait=regular expression}. */
    private static void checkPattern(String pattern) throws Refused {
        int is = pattern.indexOf('=');
        boolean good = is > 0 && is < pattern.length() - 1 && TRAITS.contains(pattern.substring(0, is).strip());
        try {
            Pattern.compile(good ? pattern.substring(is + 1).strip() : "");
        } catch (PatternSyntaxException e) {
            good = false;
        }
        if (!good) {
            throw new Refused(ErrorCode.INVALID_CONFIG, "Illegal client matching pattern: " + pattern);
        }
    }
}
