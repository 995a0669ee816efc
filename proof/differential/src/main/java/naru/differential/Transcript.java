package naru.differential;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What one broker said in one conversation, without what differs from run to run.
 *
 * @param steps by their label, in the order in which they were asked
 */
public record Transcript(Map<String, Step> steps) {

    public Transcript {
        steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
    }

    static Transcript of(List<Step> steps) {
        var byLabel = new LinkedHashMap<String, Step>();
        steps.forEach(step -> byLabel.put(step.label(), step));
        return new Transcript(byLabel);
    }

    /**
     * One answer.
     *
     * @param label what was asked, unique within the conversation
     * @param api the API; with its version if that is not the conversation's own
     * @param fields the answer's fields by their path; a field that has its default is left out
     */
    public record Step(String label, String api, SortedMap<String, String> fields) {}
}
