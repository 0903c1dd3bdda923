package io.forbear.retry;

/**
 * What a call does where a server asks for a longer wait than {@link PushbackPolicy#max} allows.
 *
 * @since 0.1
 */
public enum PushbackBeyond {
    /**
     * The call ends now, with {@link StopReason#PUSHED_BACK}: an earlier attempt would be refused again. The default.
     */
    GIVE_UP,
    /** The wait is cut to the longest that is allowed, and the next attempt is made before the server asked for it. */
    CUT
}
