/** The form of a fault run's result: what was promised, and the figure that the run gave. */

export interface FaultFigure {
  readonly fault: string;
  readonly figure: string;
  readonly promise: string;
  readonly kept: boolean;
}
