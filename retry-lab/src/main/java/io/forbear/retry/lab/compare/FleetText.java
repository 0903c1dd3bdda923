package io.forbear.retry.lab.compare;

import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.math.BigDecimal;
import java.util.Locale;

/** Says who calls. */
public final class FleetText {

    private FleetText() {}

    /** As the option takes it. */
    static String shortly(FleetShape fleet) {
        return fleet.clients() + "x" + plain(fleet.callsPerClient());
    }

    /**
     * Returns a title for what is about a fleet.
     *
     * @param fleet the fleet
     * @return who calls how often, and how much of the service that takes
     */
    public static String title(FleetShape fleet) {
        return String.format(
                Locale.ROOT,
                "Fleet %s: %,d clients, %s calls/s each, %s %% of the service",
                shortly(fleet),
                fleet.clients(),
                plain(fleet.callsPerClient()),
                plain(Math.round(fleet.utilisation() * 1000) / 10.0));
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
