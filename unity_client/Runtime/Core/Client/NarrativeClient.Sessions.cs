using System;
using System.Threading;
using System.Threading.Tasks;

namespace Narrative
{
    /// <content>Sessions and what is stored in them.</content>
    public sealed partial class NarrativeClient
    {
        /// <summary>Starts a story.</summary>
        /// <param name="context">Its fixed part. Null: an empty one.</param>
        /// <param name="title">For people, up to 120 characters.</param>
        /// <param name="sessionId">A chosen id, 1 to 64 characters of a-z, A-Z, 0-9, _ and -. Null: a new one.</param>
        /// <param name="cancellationToken">Ends the call.</param>
        /// <exception cref="NarrativeException">The chosen id is taken, or as the server answers.</exception>
        public async Task<Session> CreateSessionAsync(
            StoryContext? context = null, string title = "", string? sessionId = null, CancellationToken cancellationToken = default)
        {
            var request = new V1.CreateSessionRequest
            {
                SessionId = sessionId ?? NewId(),
                Title = title,
                Context = context == null ? null : ToContract.Context(context),
            };
            try
            {
                V1.CreateSessionResponse answer = await CallAsync(
                    call => _story.CreateSessionAsync(request, call), safe: true, cancellationToken);
                return FromContract.Session(answer.Session);
            }
            catch (NarrativeException error) when (sessionId == null && error.Code == NarrativeErrorCode.AlreadyExists)
            {
                // Nobody else has this id: an earlier try was carried out and its answer was lost.
                return await GetSessionAsync(request.SessionId, cancellationToken);
            }
        }

        /// <summary>Reads a session.</summary>
        public async Task<Session> GetSessionAsync(string sessionId, CancellationToken cancellationToken = default)
        {
            var request = new V1.GetSessionRequest { SessionId = sessionId };
            V1.GetSessionResponse answer = await CallAsync(
                call => _story.GetSessionAsync(request, call), safe: true, cancellationToken);
            return FromContract.Session(answer.Session);
        }

        /// <summary>Lists sessions, newest first.</summary>
        /// <param name="pageSize">At most so many, 1 to 200; 0: 50.</param>
        /// <param name="pageToken"><see cref="Page{T}.NextToken"/> of the page before; empty: the first page.</param>
        /// <param name="cancellationToken">Ends the call.</param>
        public async Task<Page<Session>> ListSessionsAsync(
            int pageSize = 0, string pageToken = "", CancellationToken cancellationToken = default)
        {
            var request = new V1.ListSessionsRequest { PageSize = PageSize(pageSize), PageToken = pageToken };
            V1.ListSessionsResponse answer = await CallAsync(
                call => _story.ListSessionsAsync(request, call), safe: true, cancellationToken);
            return new Page<Session>(FromContract.List(answer.Sessions, FromContract.Session), answer.NextPageToken);
        }

        /// <summary>Erases a session with its beats and media.</summary>
        public async Task DeleteSessionAsync(string sessionId, CancellationToken cancellationToken = default)
        {
            var request = new V1.DeleteSessionRequest { SessionId = sessionId };
            int tries = 0;
            try
            {
                await CallAsync(
                    call =>
                    {
                        tries++;
                        return _story.DeleteSessionAsync(request, call);
                    },
                    safe: true, cancellationToken);
            }
            catch (NarrativeException error) when (tries > 1 && error.Code == NarrativeErrorCode.NotFound)
            {
                // An earlier try erased it and its answer was lost.
            }
        }

        /// <summary>Copies a session up to a beat: a loaded save game. Characters and places look the same in the copy.</summary>
        /// <param name="sessionId">Which.</param>
        /// <param name="afterBeatId">The last beat that the copy keeps. Null: all of them.</param>
        /// <param name="title">Null: the same.</param>
        /// <param name="newSessionId">A chosen id for the copy. Null: a new one.</param>
        /// <param name="cancellationToken">Ends the call.</param>
        public async Task<Session> ForkSessionAsync(
            string sessionId, string? afterBeatId = null, string? title = null, string? newSessionId = null,
            CancellationToken cancellationToken = default)
        {
            var request = new V1.ForkSessionRequest
            {
                SessionId = sessionId,
                AfterBeatId = afterBeatId ?? "",
                NewSessionId = newSessionId ?? NewId(),
                Title = title ?? "",
            };
            try
            {
                V1.ForkSessionResponse answer = await CallAsync(
                    call => _story.ForkSessionAsync(request, call), safe: true, cancellationToken);
                return FromContract.Session(answer.Session);
            }
            catch (NarrativeException error) when (newSessionId == null && error.Code == NarrativeErrorCode.AlreadyExists)
            {
                return await GetSessionAsync(request.NewSessionId, cancellationToken); // as in CreateSessionAsync
            }
        }

        /// <summary>Lists the beats of a session, oldest first.</summary>
        /// <param name="sessionId">Which.</param>
        /// <param name="pageSize">At most so many, 1 to 200; 0: 50.</param>
        /// <param name="pageToken"><see cref="Page{T}.NextToken"/> of the page before; empty: the first page.</param>
        /// <param name="cancellationToken">Ends the call.</param>
        public async Task<Page<BeatSummary>> ListBeatsAsync(
            string sessionId, int pageSize = 0, string pageToken = "", CancellationToken cancellationToken = default)
        {
            var request = new V1.ListBeatsRequest { SessionId = sessionId, PageSize = PageSize(pageSize), PageToken = pageToken };
            V1.ListBeatsResponse answer = await CallAsync(
                call => _story.ListBeatsAsync(request, call), safe: true, cancellationToken);
            return new Page<BeatSummary>(FromContract.List(answer.Beats, FromContract.Summary), answer.NextPageToken);
        }

        /// <summary>Says how good a beat, a line or an asset was.</summary>
        /// <returns>The rating's id.</returns>
        public async Task<string> RateBeatAsync(BeatRating rating, CancellationToken cancellationToken = default)
        {
            V1.RateBeatRequest request = ToContract.Rating(rating);
            V1.RateBeatResponse answer = await CallAsync(
                call => _story.RateBeatAsync(request, call), safe: false, cancellationToken); // twice would count twice
            return answer.RatingId;
        }

        private static string NewId() => Guid.NewGuid().ToString("N");

        private static uint PageSize(int value) => value >= 0
            ? (uint)value : throw new ArgumentOutOfRangeException(nameof(value), value, $"The page size is {value}; legal: 0 to 200.");
    }
}
