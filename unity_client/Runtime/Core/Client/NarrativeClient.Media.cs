using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Narrative
{
    /// <content>Single pictures and sounds, and the library.</content>
    public sealed partial class NarrativeClient
    {
        /// <summary>Draws sprites from words.</summary>
        public async Task<Generated<Picture>> GenerateSpriteAsync(
            PictureRequest request, CancellationToken cancellationToken = default)
        {
            V1.GenerateSpriteRequest message = ToContract.Sprite(request ?? throw new ArgumentNullException(nameof(request)));
            V1.GenerateSpriteResponse answer = await CallAsync(
                call => _images.GenerateSpriteAsync(message, call), safe: true, cancellationToken);
            return new Generated<Picture>(FromContract.List(answer.Pictures, FromContract.Picture), answer.Seed);
        }

        /// <summary>Draws backgrounds from words.</summary>
        public async Task<Generated<Picture>> GenerateBackgroundAsync(
            PictureRequest request, CancellationToken cancellationToken = default)
        {
            V1.GenerateBackgroundRequest message = ToContract.Background(request ?? throw new ArgumentNullException(nameof(request)));
            V1.GenerateBackgroundResponse answer = await CallAsync(
                call => _images.GenerateBackgroundAsync(message, call), safe: true, cancellationToken);
            return new Generated<Picture>(FromContract.List(answer.Pictures, FromContract.Picture), answer.Seed);
        }

        /// <summary>Makes sounds from words.</summary>
        public async Task<Generated<Sound>> GenerateSoundAsync(
            SoundRequest request, CancellationToken cancellationToken = default)
        {
            V1.GenerateSoundRequest message = ToContract.Sound(request ?? throw new ArgumentNullException(nameof(request)));
            V1.GenerateSoundResponse answer = await CallAsync(
                call => _sounds.GenerateSoundAsync(message, call), safe: true, cancellationToken);
            return new Generated<Sound>(FromContract.List(answer.Sounds, FromContract.Sound), answer.Seed);
        }

        /// <summary>Gets a stored picture or sound with its bytes, and keeps them in <see cref="Cache"/>.</summary>
        public async Task<Asset> GetAssetAsync(string assetId, CancellationToken cancellationToken = default)
        {
            var message = new V1.GetAssetRequest { AssetId = assetId };
            V1.GetAssetResponse answer = await CallAsync(
                call => _library.GetAssetAsync(message, call), safe: true, cancellationToken);
            Asset asset = FromContract.Asset(answer.Asset);
            if (asset.Picture != null)
            {
                Cache.Add(asset.Picture);
            }

            if (asset.Sound != null)
            {
                Cache.Add(asset.Sound);
            }

            return asset;
        }

        /// <summary>Finds assets by text, picture, sound or another asset, best first.</summary>
        /// <exception cref="NarrativeException">
        /// With <see cref="NarrativeErrorCode.Unimplemented"/> where the server has no search yet.
        /// </exception>
        public async Task<IReadOnlyList<SearchHit>> SearchAssetsAsync(
            AssetSearch search, CancellationToken cancellationToken = default)
        {
            V1.SearchAssetsRequest message = ToContract.Search(search ?? throw new ArgumentNullException(nameof(search)));
            V1.SearchAssetsResponse answer = await CallAsync(
                call => _library.SearchAssetsAsync(message, call), safe: true, cancellationToken);
            return FromContract.List(answer.Hits, hit => new SearchHit(FromContract.Asset(hit.Asset), hit.Score));
        }
    }
}
