package naru.configuration;

import java.util.List;

/** A configuration that cannot be used. Each complaint names the key, the value and what is allowed. */
public final class BadConfiguration extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<String> complaints;

    BadConfiguration(List<String> complaints) {
        super(String.join("\n", complaints));
        this.complaints = List.copyOf(complaints);
    }

    public List<String> complaints() {
        return complaints;
    }
}
