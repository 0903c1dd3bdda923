package io.forbear.retry.core.jmx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One service, as a console shows it: the figures of {@link io.forbear.retry.RetrySnapshot} and all of {@link
 * io.forbear.retry.operations.ServiceOperations}. Every operation names who uses it and why.
 *
 * @since 0.1
 */
public interface ServiceMXBean {

    /** Returns the name of the service. */
    String getService();

    // ---- figures

    /** Returns how many calls have ended. */
    long getCalls();

    /** Returns how many calls succeeded. */
    long getSuccesses();

    /** Returns how many calls succeeded after at least one retry. */
    long getRecovered();

    /** Returns how many attempts were made. */
    long getAttempts();

    /** Returns how many calls were refused before their first attempt. */
    long getRefused();

    /** Returns how many retries were granted inside a retry of an outer layer. */
    long getNested();

    /** Returns the share of calls that succeeded, from 0 to 1. */
    double getSuccessRate();

    /** Returns attempts / calls. */
    double getAmplification();

    /** Returns how many calls were stopped, by reason; reasons of none are left out. */
    Map<String, Long> getStopped();

    /** Returns how many attempts failed, by category; categories of none are left out. */
    Map<String, Long> getFailedAttempts();

    /** Returns what is left of the budget, in tokens; infinity without one. */
    double getBudgetRemaining();

    /** Returns the most that the budget can hold, in tokens; infinity without one. */
    double getBudgetCapacity();

    /** Returns how many calls a budget stopped. */
    long getBudgetDenied();

    /** Returns the state of the circuit breaker, {@code null} without one. */
    @Nullable
    String getBreakerState();

    /** Returns how often the breaker entered a state, by state; states of none are left out. */
    Map<String, Long> getBreakerTransitions();

    /** Returns how many attempts the breaker has counted; zero where that is not known. */
    long getBreakerWindowCalls();

    /** Returns the share of them that failed, from 0 to 1. */
    double getBreakerFailureRate();

    /** Returns the share of them that was slow, from 0 to 1. */
    double getBreakerSlowRate();

    /** Returns how many clients have state of their own. */
    long getClientsTracked();

    /** Returns how many clients were evicted. */
    long getClientsEvicted();

    // ---- to look inside

    /** Returns the latest events, oldest first. */
    List<EventData> getEvents();

    /** Returns what is configured now. */
    List<SettingData> getConfiguration();

    /** Returns the clients with the most failed attempts of late. */
    List<ClientData> getTopClientsByFailures();

    /** Returns the clients whose retries took most from the budget of late, in milli-tokens. */
    List<ClientData> getTopClientsByBudget();

    /** Tells whether retries are paused. */
    boolean isPaused();

    /** Returns for how many seconds the pause still holds; zero without one. */
    double getPauseSeconds();

    /** Returns who paused retries and why, {@code null} without a pause. */
    @Nullable
    String getPausedBy();

    // ---- switches

    /**
     * Refuses every attempt until {@link #resetBreaker}.
     *
     * @param who who does it
     * @param why the reason
     */
    void forceBreakerOpen(String who, String why);

    /**
     * Lets every attempt pass until {@link #resetBreaker}.
     *
     * @param who who does it
     * @param why the reason
     */
    void forceBreakerClosed(String who, String why);

    /**
     * Closes the breaker and forgets what it has counted.
     *
     * @param who who does it
     * @param why the reason
     */
    void resetBreaker(String who, String why);

    /**
     * Pauses retries; every call is attempted once.
     *
     * @param seconds the time after which the pause ends by itself, from 1 to 86,400
     * @param who who does it
     * @param why the reason
     */
    void pauseRetries(long seconds, String who, String why);

    /**
     * Ends a pause.
     *
     * @param who who does it
     * @param why the reason
     */
    void resumeRetries(String who, String why);

    /**
     * An event.
     *
     * @since 0.1
     */
    interface EventData {

        /** Returns when it happened, as {@code 2026-11-27T11:37:09Z}. */
        String getTime();

        /** Returns what happened: a name of {@link io.forbear.retry.operations.ServiceEvent.Kind}. */
        String getKind();

        /** Returns the event as a sentence. */
        String getText();

        /** Returns its figures as text. */
        Map<String, String> getFields();
    }

    /**
     * A setting.
     *
     * @since 0.1
     */
    interface SettingData {

        /** Returns its name. */
        String getName();

        /** Returns its value. */
        String getValue();

        /** Returns where the value comes from: a name of {@link io.forbear.retry.operations.ConfiguredValue.Source}. */
        String getSource();

        /** Returns which key wrote it; empty where the source says it all. */
        String getDetail();
    }

    /**
     * A client.
     *
     * @since 0.1
     */
    interface ClientData {

        /** Returns its id. */
        String getClient();

        /** Returns its figure, never below the true one. */
        long getValue();

        /** Returns the most by which the figure may be too high. */
        long getError();
    }
}
