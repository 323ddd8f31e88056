namespace Narrative
{
    /// <summary>Where something stands on a stage whose centre is the origin, in units; y goes up.</summary>
    internal readonly struct StagePoint
    {
        public StagePoint(float x, float y, float scale)
        {
            X = x;
            Y = y;
            Scale = scale;
        }

        public float X { get; }

        public float Y { get; }

        /// <summary>Factor on a sprite that is drawn with <see cref="StageLayout.PixelsPerUnit"/>.</summary>
        public float Scale { get; }
    }

    /// <summary>Turns a staging, which counts the background's pixels from the top left, into units around the centre.</summary>
    internal readonly struct StageLayout
    {
        private readonly int _widthPx;
        private readonly int _heightPx;

        /// <summary>Makes a layout.</summary>
        /// <param name="widthPx">Width of the stage in pixels, 1 or more.</param>
        /// <param name="heightPx">Height of the stage in pixels, 1 or more.</param>
        /// <param name="widthUnits">How wide it is in the scene, above 0.</param>
        public StageLayout(int widthPx, int heightPx, float widthUnits)
        {
            _widthPx = widthPx > 0 ? widthPx : 1;
            _heightPx = heightPx > 0 ? heightPx : 1;
            PixelsPerUnit = _widthPx / (widthUnits > 0 ? widthUnits : 1);
        }

        /// <summary>Pixels of the stage a unit.</summary>
        public float PixelsPerUnit { get; }

        /// <summary>Where a sprite's pivot goes.</summary>
        public StagePoint Place(Placement placement) => new StagePoint(
            (placement.XPx - (_widthPx / 2f)) / PixelsPerUnit, ((_heightPx / 2f) - placement.YPx) / PixelsPerUnit, placement.Scale);
    }
}
