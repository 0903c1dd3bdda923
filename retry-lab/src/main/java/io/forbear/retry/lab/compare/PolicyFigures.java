package io.forbear.retry.lab.compare;

import io.forbear.retry.lab.simulate.Figures;
import java.util.List;

/**
 * What the runs of one policy in one scenario showed; see {@link Figures} for each figure.
 *
 * @param runs how many there were, one for each seed
 * @param success percent
 * @param successAfter percent
 * @param refused percent
 * @param amplification attempts for each call in the bad time
 * @param amplificationAfter the same after it
 * @param backSeconds until it is as before; infinite for never
 * @param attemptsPerCall attempts of the calls of the bad time, whenever made, for each
 * @param doneSeconds until the last call was over
 */
public record PolicyFigures(
        int runs,
        Range success,
        Range successAfter,
        Range refused,
        Range amplification,
        Range amplificationAfter,
        Range backSeconds,
        Range attemptsPerCall,
        Range doneSeconds) {

    static PolicyFigures of(List<Figures> runs) {
        return new PolicyFigures(
                runs.size(),
                Range.of(runs, Figures::success),
                Range.of(runs, Figures::successAfter),
                Range.of(runs, Figures::refused),
                Range.of(runs, Figures::amplification),
                Range.of(runs, Figures::amplificationAfter),
                Range.of(runs, Figures::backSeconds),
                Range.of(runs, Figures::attemptsPerCall),
                Range.of(runs, Figures::doneSeconds));
    }
}
