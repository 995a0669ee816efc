package naru.histories;

/** How far an operation has come. One that never gets beyond {@link #INVOKE} is as indeterminate as {@link #INFO}. */
public enum Stage {
    /** It begins. */
    INVOKE,
    /** It happened. */
    OK,
    /** It did not happen and never will. */
    FAIL,
    /** It may have happened, may yet happen, or may never. */
    INFO
}
