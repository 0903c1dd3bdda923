package io.forbear.retry.it.fleet;

import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.Figures;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Simulation;
import java.util.Locale;

/**
 * The mean of several runs, each of another seed.
 *
 * @param success percent of the calls due in the bad time
 * @param amplification requests for each of these calls
 * @param backSeconds until the service is back; infinite if it is not in any of the runs
 */
record Mean(double success, double amplification, double backSeconds) {

    static final Mean UNKNOWN = new Mean(-1, -1, -1);

    private static final long FIRST_SEED = 20261127;

    static Mean of(Scenario scenario, Control.Maker policy, int seeds) {
        double success = 0;
        double amplification = 0;
        double back = 0;
        for (int i = 0; i < seeds; i++) {
            Figures figures = Simulation.run(scenario, policy, FIRST_SEED + i);
            success += figures.success() / seeds;
            amplification += figures.amplification() / seeds;
            back += figures.backSeconds() / seeds;
        }
        return new Mean(success, amplification, back);
    }

    String back() {
        return Double.isInfinite(backSeconds) ? "never" : String.format(Locale.ROOT, "%.1f s", backSeconds);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f %%, back %s, x%.2f", success, back(), amplification);
    }
}
