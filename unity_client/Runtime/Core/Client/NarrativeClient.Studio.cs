using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Narrative
{
    /// <content>Lines alone, what words mean, and stories that come and go as files.</content>
    public sealed partial class NarrativeClient
    {
        /// <summary>Writes lines in character, without a session.</summary>
        /// <param name="request">What happened and who may speak.</param>
        /// <param name="delta">Gets words as they are written; null: nobody.</param>
        /// <param name="cancellationToken">Cancels it.</param>
        public async Task<GeneratedLines> GenerateLinesAsync(
            LinesRequest request, Action<LineDelta>? delta = null, CancellationToken cancellationToken = default)
        {
            ThrowIfClosed();
            V1.GenerateLinesRequest message = ToContract.Lines(request ?? throw new ArgumentNullException(nameof(request)));
            var lines = new List<LineFinished>();
            V1.LinesFinished? finished = null;
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
            await _runner.StreamAsync(
                call => _dialogue.GenerateLines(message, call), _options.BeatTimeout,
                answer =>
                {
                    if (answer.LineDelta is V1.LineDelta words)
                    {
                        delta?.Invoke(new LineDelta((int)words.Index, words.Text));
                    }
                    else if (answer.LineFinished is V1.LineFinished line)
                    {
                        lines.Add(FromContract.Line(line));
                    }

                    finished ??= answer.Finished;
                    return Task.CompletedTask;
                },
                linked.Token);
            return FromContract.Lines(lines, finished ?? throw Truncated("lines"));
        }

        /// <summary>Says what a text means: its mood, keywords and embedding.</summary>
        /// <param name="text">1 to 4,000 characters.</param>
        /// <param name="cancellationToken">Ends the call.</param>
        public Task<Analysis> AnalyzeTextAsync(string text, CancellationToken cancellationToken = default) =>
            AnalyzeAsync(new V1.AnalyzeRequest { Text = text ?? throw new ArgumentNullException(nameof(text)) }, cancellationToken);

        /// <summary>Says what a picture means.</summary>
        /// <param name="png">A PNG file of at most 900 KiB.</param>
        /// <param name="cancellationToken">Ends the call.</param>
        /// <exception cref="NarrativeException">
        /// With <see cref="NarrativeErrorCode.Unimplemented"/> where the server reads words only.
        /// </exception>
        public Task<Analysis> AnalyzePictureAsync(ReadOnlyMemory<byte> png, CancellationToken cancellationToken = default) =>
            AnalyzeAsync(new V1.AnalyzeRequest { PicturePng = ToContract.Bytes(png) }, cancellationToken);

        /// <summary>Says what a sound means.</summary>
        /// <param name="wav">A WAV file of at most 900 KiB.</param>
        /// <param name="cancellationToken">Ends the call.</param>
        /// <exception cref="NarrativeException">
        /// With <see cref="NarrativeErrorCode.Unimplemented"/> where the server reads words only.
        /// </exception>
        public Task<Analysis> AnalyzeSoundAsync(ReadOnlyMemory<byte> wav, CancellationToken cancellationToken = default) =>
            AnalyzeAsync(new V1.AnalyzeRequest { SoundWav = ToContract.Bytes(wav) }, cancellationToken);

        /// <summary>Writes a session as an archive: all that is needed to ship its story without a server.</summary>
        /// <param name="sessionId">Which.</param>
        /// <param name="destination">Gets the archive; stays open. In WebGL: a <see cref="MemoryStream"/>.</param>
        /// <param name="beatId">Only this beat. Null: all of them.</param>
        /// <param name="withMedia">Whether the pictures and sounds come along.</param>
        /// <param name="cancellationToken">Ends the call; what was written until then is no whole archive.</param>
        /// <returns>How many bytes it has.</returns>
        public async Task<long> ExportSessionAsync(
            string sessionId, Stream destination, string? beatId = null, bool withMedia = true,
            CancellationToken cancellationToken = default)
        {
            ThrowIfClosed();
            _ = destination ?? throw new ArgumentNullException(nameof(destination));
            var request = new V1.ExportSessionRequest { SessionId = sessionId, BeatId = beatId ?? "", WithoutMedia = !withMedia };
            long bytes = 0;
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
            await _runner.StreamAsync(
                call => _story.ExportSession(request, call), _options.BeatTimeout,
                async answer =>
                {
                    await destination.WriteAsync(answer.Chunk.Memory, linked.Token);
                    bytes += answer.Chunk.Length;
                },
                linked.Token);
            return bytes;
        }

        /// <summary>
        /// Adds a beat that the server did not write, such as fallback lines or a baked beat that was played, so that the story
        /// remembers it.
        /// </summary>
        public async Task<BeatSummary> ImportBeatAsync(WrittenBeat beat, CancellationToken cancellationToken = default)
        {
            V1.ImportBeatRequest message = ToContract.Import(beat ?? throw new ArgumentNullException(nameof(beat)));
            V1.ImportBeatResponse answer = await CallAsync(
                call => _story.ImportBeatAsync(message, call), safe: false, cancellationToken); // twice would be two beats
            return FromContract.Summary(answer.Beat ?? throw Truncated("imported beat"));
        }

        /// <summary>Adds a picture or sound from elsewhere to the library.</summary>
        /// <param name="text">What it shows or sounds like, 1 to 300 characters.</param>
        /// <param name="medium">Background, sprite or sound.</param>
        /// <param name="file">
        /// At most 900 KiB: a PNG file, or for a sound a WAV file of 16-bit integers or 32-bit floats or an OGG file of Vorbis, of
        /// at most 60 seconds and one or two channels. It is kept as it is.
        /// </param>
        /// <param name="cancellationToken">Ends the call.</param>
        /// <returns>The asset, without its bytes.</returns>
        /// <exception cref="NarrativeException">
        /// With <see cref="NarrativeErrorCode.FailedPrecondition"/> for a sound where the server's embedding knows none.
        /// </exception>
        public async Task<Asset> AddAssetAsync(
            string text, Medium medium, ReadOnlyMemory<byte> file, CancellationToken cancellationToken = default)
        {
            var message = new V1.AddAssetRequest
            {
                Text = text ?? throw new ArgumentNullException(nameof(text)),
                Medium = (V1.Medium)medium,
                Data = ToContract.Bytes(file),
            };
            V1.AddAssetResponse answer = await CallAsync(
                call => _library.AddAssetAsync(message, call), safe: false, cancellationToken); // twice would be two assets
            return FromContract.Asset(answer.Asset);
        }

        private static NarrativeException Truncated(string what) =>
            new NarrativeException(NarrativeErrorCode.DataLoss, $"The server's answer ended without the {what}.");

        private async Task<Analysis> AnalyzeAsync(V1.AnalyzeRequest message, CancellationToken cancellationToken) =>
            FromContract.Analysis(await CallAsync(
                call => _semantics.AnalyzeAsync(message, call), safe: true, cancellationToken));
    }
}
